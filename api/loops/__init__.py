"""Background work of the API: calls in threads, periodic loops, and the housekeeping of the ledger."""
