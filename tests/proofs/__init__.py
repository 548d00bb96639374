"""The proofs of the write path (sync-engine.md section 9): each suite with its seeded bugs and what it reached.

`python -m tests.proofs` runs their longest form.
"""
