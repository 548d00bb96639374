"""Every fault at every write, of both dialects, at every place of a chain (sync-engine.md section 9)."""
