"""Prefect tasks: the single steps of scripts on one phone, which flows compose, and what they share."""
