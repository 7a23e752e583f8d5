"""Runs everything for one data folder (home): database, Prefect server, virtual phones, API and worker.

For example, until the stop signal is set:

    with Launcher(LaunchOptions(home, virtual=3), stop, hurry, say=print) as launcher:
        launcher.keep_running()
"""

from deployments.launcher.launcher import Launcher
from deployments.launcher.options import LaunchOptions

__all__ = ["LaunchOptions", "Launcher"]
