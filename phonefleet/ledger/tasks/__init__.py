"""Tasks: created, listed, counted, submitted to Prefect, and kept in step with their runs."""
