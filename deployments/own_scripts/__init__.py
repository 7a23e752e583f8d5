"""What runs the owner's own scripts: the process that reads them, their deployments in Prefect, and how they are loaded."""
