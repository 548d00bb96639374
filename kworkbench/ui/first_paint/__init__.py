"""What stands on the screen before the toolkit is imported: the rows of the cache, drawn with plain sequences.

`early` shows the frame kept at the end of the last run where nothing has changed since; it imports next to nothing.
Otherwise `frame` and `ansi` draw one from the cache with the functions the live screen draws with. `handover` lets the
toolkit take the screen over as it stands. Source: performance.md P2.
"""
