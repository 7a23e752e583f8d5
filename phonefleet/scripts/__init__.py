"""The scripts: one frozen model of script_config each, and their registry."""
