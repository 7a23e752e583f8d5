"""The list of scripts that a request may name: the ten, and those of the owner."""
