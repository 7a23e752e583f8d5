"""`phonefleet media`."""
