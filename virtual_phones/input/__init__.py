"""Input: what fingers and keys do to a phone. It knows the phone by Protocols only."""
