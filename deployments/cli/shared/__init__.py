"""Shared by the commands: options, calls of the API, tables, progress, and printing."""
