"""A lane: the one thread that owns a phone and runs its jobs, first in, first out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from prefect.client.orchestration import SyncPrefectClient

from deployments.worker.prefect.engine_settings import engine_settings
from deployments.worker.prefect.patient_client import PatientClientContext

Job = Callable[[SyncPrefectClient], None]


class Lane:
    """A single-thread executor for one phone; each job is called with the thread's Prefect client.

        lane = Lane("R58M123ABC", on_free=wake.set)
        lane.submit(lambda client: client.hello()).result()

    `on_free` is called in the lane's thread after each job.
    """

    def __init__(self, serial: str, on_free: Callable[[], None]) -> None:
        self.serial = serial
        self.finished = 0
        """How many jobs have ended."""
        self._on_free = on_free
        self._jobs: queue.SimpleQueue[tuple[Job, Future[None]] | None] = queue.SimpleQueue()
        self._busy = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lane {serial}", daemon=True)
        self._thread.start()

    @property
    def free(self) -> bool:
        """Whether no job runs or waits."""
        return not self._busy.is_set()

    def submit(self, job: Job) -> Future[None]:
        """Queue a job for the lane's thread; the future ends with it, and holds the error if it raised one."""
        self._busy.set()
        done: Future[None] = Future()
        self._jobs.put((job, done))
        return done

    def close(self) -> None:
        """End the thread after the job that is running."""
        self._jobs.put(None)

    def join(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the thread's end; True when it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with engine_settings(), PatientClientContext() as context:
            while (waiting := self._jobs.get()) is not None:
                job, done = waiting
                try:
                    job(context.client)
                except BaseException as error:  # noqa: BLE001 - handed to whoever submitted the job
                    done.set_exception(error)
                else:
                    done.set_result(None)
                finally:
                    self.finished += 1
                    self._busy.clear()
                    self._on_free()
