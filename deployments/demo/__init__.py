"""The demonstration: sends a mixed batch of tasks to virtual phones over HTTP and verifies what came of it."""

from deployments.demo.run import Demo

__all__ = ["Demo"]
