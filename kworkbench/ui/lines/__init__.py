"""Whole lines of the grid as pieces. Needs no toolkit: widgets and the first paint both draw them."""
