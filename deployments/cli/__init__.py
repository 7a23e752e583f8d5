"""The command line. Everything heavy is imported inside the commands, so that help comes at once."""

from __future__ import annotations

import os
import sys

from phonefleet.errors import Interrupted, PhonefleetError

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended."""


def main() -> None:
    """Run the command line; an error of ours is one red sentence on stderr and an exit code that tells its kind."""
    try:
        from deployments.cli.app import app  # noqa: PLC0415 - a Ctrl-C during the import ends here too

        app()
    except (KeyboardInterrupt, Interrupted):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except PhonefleetError as error:
        from deployments.cli.shared.console import complain  # noqa: PLC0415 - as above
        from deployments.cli.shared.options import exit_code  # noqa: PLC0415 - as above

        complain(str(error))
        sys.exit(exit_code(error))
