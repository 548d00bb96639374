"""Productive's contract as cases."""
