"""`python -m deployments.cli` is `phonefleet`."""

from deployments.cli import main

main()
