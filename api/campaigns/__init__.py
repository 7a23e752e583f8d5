"""Campaigns: recurring tasks. Their routes and settings, their deployments in Prefect, and the firing of due times.

`runner` is the loop: `sync` compares campaigns with their deployments, `due_times` creates missing runs, `firing` turns
a due time into tasks.
"""
