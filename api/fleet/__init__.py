"""Phones, accounts and verifications: their routes and schemas, and the names by which requests find them."""
