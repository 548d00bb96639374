"""The two databases: the disposable cache and the precious outbox."""
