"""The command line. Everything heavy is imported inside the commands, so that help comes at once."""

from __future__ import annotations

import os
import sys

from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.words import language_of_environment, said, speak, tr

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 + SIGINT."""


def main() -> None:
    """Run the command line. A `PhonefleetError` becomes a red line on stderr and an exit code (`options.exit_code`).

    So does an error of the system about a file: it is a person's file, or the folder of another user.
    """
    speak(language_of_environment())
    try:
        from deployments.cli.app import app  # noqa: PLC0415 - a Ctrl-C during the import ends here too

        app()
    except (KeyboardInterrupt, Interrupted):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _forget_output()
        sys.exit(1)
    except PhonefleetError as error:
        from deployments.cli.shared.console import print_error  # noqa: PLC0415 - as above
        from deployments.cli.shared.options import exit_code  # noqa: PLC0415 - as above

        print_error(said(str(error)))
        sys.exit(exit_code(error))
    except OSError as error:
        from deployments.cli.shared.console import print_error  # noqa: PLC0415 - as above
        from phonefleet.disk import is_full_error  # noqa: PLC0415 - as above

        if error.filename is not None:
            print_error(tr("{filename} cannot be used: {strerror}", filename=error.filename, strerror=error.strerror))
        elif is_full_error(error):  # a write into a file that is open already: it does not tell which
            print_error(
                tr(
                    "Nothing more can be written ({strerror}): make room on the disk that the output goes to",
                    strerror=error.strerror,
                )
            )
            _forget_output()
        else:
            raise
        sys.exit(1)


def _forget_output() -> None:
    """Send what is still to be written nowhere: Python would try it once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
