"""Screens as people save them: in which encodings, in which forms, and with what around them.

It knows files' bytes and XML; it knows neither apps nor profiles. `read_dump` is the way in.
"""

from phonefleet.apps.dumps.reading import DumpBroken, DumpEmpty, read_dump

__all__ = ["DumpBroken", "DumpEmpty", "read_dump"]
