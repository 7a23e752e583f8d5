"""Live updates: changes of tasks and phones as server-sent events."""
