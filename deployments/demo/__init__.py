"""The demonstration: virtual phones, a mixed batch over HTTP, and a judgement of what the world shows afterwards."""

from deployments.demo.run import Demo

__all__ = ["Demo"]
