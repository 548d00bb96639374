"""A server of our own that answers as the two vendors do, over SQLite. An independent reading of the contracts."""
