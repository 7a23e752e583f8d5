"""`phonefleet profile`: profiles of apps, and whether they fit a phone's screens."""
