"""Joined hosts: what their workers call, and how the main host reaches their phones."""
