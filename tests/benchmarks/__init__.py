"""What the program costs, measured through a terminal from outside, side by side with a bare app of the toolkit.

`python -m tests.benchmarks` runs everything and writes `results.md`; nothing here is part of the test suite.
"""
