"""Prefect's API, as far as this API calls it."""
