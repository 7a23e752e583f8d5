"""Campaigns: their routes, their deployments in Prefect, and the tasks of each firing."""
