"""`phonefleet devices` and `phonefleet accounts`."""
