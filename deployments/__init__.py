"""The outermost layer: database, Prefect server, worker, launcher and command line."""
