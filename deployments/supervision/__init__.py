"""Processes that belong together: started, watched, started again, and stopped, with nothing left behind."""
