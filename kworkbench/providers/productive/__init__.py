"""Productive: catalog, wire documents and codec (api/productive.md)."""
