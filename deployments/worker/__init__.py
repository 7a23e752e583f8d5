"""The fleet worker: a Prefect worker that runs flows in its own process, one lane (thread) for each phone.

    worker = FleetWorker("phonefleet", resources=resources, name=resources.host)
    await worker.start()  # until worker.shut_down() is called

`deployments.worker.main.run(settings)` opens the resources and does this as a process.
"""

from deployments.worker.fleet_worker import FleetWorker

__all__ = ["FleetWorker"]
