"""A keyboard workbench over the books kept in Kantata OX and Productive."""

__version__ = "0.1.0"
