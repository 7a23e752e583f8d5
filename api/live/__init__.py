"""Server-sent events: what changes is told to whoever listens."""
