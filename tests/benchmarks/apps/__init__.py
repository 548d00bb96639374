"""Programs to compare with: the toolkit alone, and its own table."""
