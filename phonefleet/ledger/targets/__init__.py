"""Whom tasks are about and what they use: shared pools of targets, scraped users, and media."""
