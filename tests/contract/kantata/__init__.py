"""Kantata's contract as cases."""
