"""What the commands share: options, calls of the API, tables, progress, and printing."""
