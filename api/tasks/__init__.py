"""Tasks: requests become tasks; tasks are shown, stopped, retried and deleted."""
