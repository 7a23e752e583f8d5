"""The task API as a Python program calls it: `from phonefleet.client import Client`.

It needs nothing of the server and knows nothing of it but what its OpenAPI document says.
"""

from phonefleet.client.client import Client
from phonefleet.client.connection import DEFAULT_URL, UNSET
from phonefleet.client.errors import ApiError, ApiUnreachable

__all__ = ["DEFAULT_URL", "UNSET", "ApiError", "ApiUnreachable", "Client"]
