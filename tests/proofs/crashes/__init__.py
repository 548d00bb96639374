"""The end of the process at every step of every write: as its files stand there, and by real kills."""
