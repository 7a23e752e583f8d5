"""Serves the fleet page, which is built from `web/` when the package is installed."""
