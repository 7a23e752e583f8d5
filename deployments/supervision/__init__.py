"""Process supervision: starts services, restarts those that die, stops them, and leaves no process behind."""
