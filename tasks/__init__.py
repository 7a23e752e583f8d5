"""Prefect task verbs: what one phone is asked to do."""
