"""The texts that scripts write: which one comes next, what stands in it, and who wrote it.

Nothing here knows phones, Prefect or the ledger.
"""
