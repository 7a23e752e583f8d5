"""The HTTP resources: the local task API. It imports neither flows nor tasks."""
