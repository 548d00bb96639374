"""The Productive dialect of the sandbox: JSON:API documents over the shared books (api/productive.md)."""
