"""Phones and accounts: their identities, names, addresses and states."""
