"""One command that runs everything for one home: database, Prefect server, virtual phones, API and worker."""

from deployments.launcher.launcher import Launcher
from deployments.launcher.options import LaunchOptions

__all__ = ["LaunchOptions", "Launcher"]
