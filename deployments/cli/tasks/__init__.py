"""`phonefleet task`: tasks are created, listed, watched, stopped and retried."""
