"""The screens: a verb table, one safe way for text, and widgets that draw what the store holds."""
