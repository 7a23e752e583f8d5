"""Tasks: created from requests (`fan_out`), listed and controlled; their outcomes, evidence and scraped users."""
