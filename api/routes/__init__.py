"""The routes: thin, each one translates between HTTP and the ledger."""
