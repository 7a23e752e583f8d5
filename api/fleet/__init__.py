"""Phones, accounts and verifications: their routes, their forms, and the names by which requests find them."""
