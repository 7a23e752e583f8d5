"""Calls to the Prefect server: a client that waits out outages, events, queues, cancellation, recovery."""
