"""Installed apps: `pm`, its install sessions, and what Android tells about packages."""
