"""The owner's own scripts in action: the process that reads them, their deployments in Prefect, and how they load."""
