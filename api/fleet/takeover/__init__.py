"""Taking phones over: a lease that stops a phone's work, and a person's touches, keys and texts through it."""
