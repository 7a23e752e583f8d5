"""The local task API: HTTP routes, and the background loops that keep the ledger and Prefect in agreement.

It imports neither `flows` nor `tasks`, and nothing of Prefect's library.
"""
