"""The commands about plans of faults: make one, run it, make a failing one smaller."""
