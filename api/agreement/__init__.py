"""Prefect and the ledger kept in agreement: runs are submitted, watched, compared, recalled, and news told of."""
