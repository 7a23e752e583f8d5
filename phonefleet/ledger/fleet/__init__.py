"""Phones and accounts: who is known, by which names and addresses, and what state each is in."""
