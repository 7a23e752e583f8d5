"""The code that a worker may run, and the flows loaded from it."""
