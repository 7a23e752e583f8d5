"""The implementation of Phone: a session for each phone, which finds it, recovers from errors and repeats calls."""
