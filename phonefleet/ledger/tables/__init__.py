"""The tables, by concept."""
