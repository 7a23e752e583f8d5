"""Faults on purpose: a seeded plan of them, struck at a fleet of virtual phones, and a verdict of what came of it.

A plan (`plan.py`) is a file. `drawing.py` makes one from a seed, `running.py` runs it, `verdict.py` judges what the
virtual phones' world and the ledger say afterwards, `shrink.py` looks for a smaller plan that still fails. Only the
modules `fleet`, `host`, `watching` and `running` touch processes and the network; all others compute.
"""
