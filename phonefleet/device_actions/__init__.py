"""What can be done to a phone as such: install an app, restart it, change its settings, run a saved command.

It drives a `Phone` through its shell and knows neither tasks nor the ledger: `tasks.device_actions` decides when an
action may be done, and that it is done once.
"""
