"""Run logs without tracebacks of normal failures: an error of ours says in one line what a person has to know."""

from __future__ import annotations

import logging

from phonefleet.errors import PhonefleetError

_LOGGERS = ("prefect.task_runs", "prefect.flow_runs")
"""Where Prefect's engines log, with their tracebacks, the errors that end task runs and flow runs."""


class WithoutTracebacks(logging.Filter):
    """Takes the traceback off records of our own errors; those of any other error keep it, they are faults."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; all records pass."""
        if record.exc_info and isinstance(record.exc_info[1], PhonefleetError):
            record.exc_info = record.exc_text = None
        return True


def shorten_run_logs() -> None:
    """Let this process log normal failures of runs in one line."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, WithoutTracebacks) for each in logger.filters):
            logger.addFilter(WithoutTracebacks())
