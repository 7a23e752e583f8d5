"""Tasks: created from requests (`fan_out`), listed, shown, stopped, retried and deleted."""
