"""Limits of accounts (budgets, gaps, working hours) and the do-not-contact list, and the loop that applies changes."""
