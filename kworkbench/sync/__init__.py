"""The engine: what is sent when, what an answer means, what is read again."""
