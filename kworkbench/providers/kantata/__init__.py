"""Kantata OX: catalog, wire documents and codec (api/kantata.md)."""
