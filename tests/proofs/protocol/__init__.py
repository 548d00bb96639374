"""The payment protocol (sync-engine.md section 6), every interleaving of it, played against the real reducer."""
