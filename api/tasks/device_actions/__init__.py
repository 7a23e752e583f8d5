"""What is done to many phones at once, phone by phone: each is a task in the ledger like any other."""
