"""The fleet worker: runs flows in its own process, one lane a phone."""

from deployments.worker.fleet_worker import FleetWorker

__all__ = ["FleetWorker"]
