"""Joined hosts: who they are, and what their workers may call."""
