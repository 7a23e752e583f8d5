"""`phonefleet profile`: checks app profiles against a phone's screens."""
