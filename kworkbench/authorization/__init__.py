"""Signing in through the system browser: what is asked, what comes back, and the one address that waits for it."""
