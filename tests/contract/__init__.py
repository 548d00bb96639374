"""The two vendors' contracts as cases, independent of the sandbox's code.

`documented/` lists what the vendors' documentation names; the tables in `kantata/` and `productive/` are the cases;
`coverage.py` compares both and writes `coverage.md`. Nothing here looks into the sandbox: `wires.py` starts it, in
this process and as a served one, and every expectation is computed from what a client can read.
"""
