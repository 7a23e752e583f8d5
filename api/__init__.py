"""The HTTP facade: the local task API. It imports neither flows nor tasks."""
