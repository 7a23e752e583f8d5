"""The ledger: tasks, accounts, devices, actions and the outbox, in PostgreSQL."""
