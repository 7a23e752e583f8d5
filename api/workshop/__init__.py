"""The workshop for app profiles: recordings, screens under a profile, rules for an element, profiles of the home."""
