"""`phonefleet limits` and `phonefleet do-not-contact`."""
