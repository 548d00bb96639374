"""The same services without a screen."""
