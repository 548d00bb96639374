"""Mutation testing of our own: one small change of the code at a time, and a fast suite must go red over it.

`mutants.py` says what is changed, `worker.py` plants a change and runs the tests that come by its line, `run.py`
counts.
Nothing is written to disk: what is changed is changed in a fork of a process.
"""
