"""Campaigns as the ledger keeps them."""
