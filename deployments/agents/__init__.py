"""The fleet for agents that speak the Model Context Protocol: a client of the task API without state."""
