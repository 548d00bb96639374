"""Kantata OX's API v1 over the books. Source: api/kantata.md and the seeds behind it; assumptions are ours."""
