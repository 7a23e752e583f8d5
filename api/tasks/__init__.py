"""Tasks: requests become tasks; tasks are shown and controlled; outcomes, evidence and scraped users are answered."""
