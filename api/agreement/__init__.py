"""Keeps the ledger and Prefect in agreement, in both directions.

Ledger to Prefect: `submitter` creates flow runs, `recaller` ends them, `announcer` sends events.
Prefect to ledger: `events` listens, `observer` records states, `reconciler` compares what events may have missed.
"""
