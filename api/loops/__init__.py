"""Work of the API beside requests: threads, loops, and the housekeeping of the ledger."""
