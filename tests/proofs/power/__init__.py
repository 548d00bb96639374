"""The outbox on a disk that loses its power at any operation (sync-engine.md sections 2 and 9)."""
