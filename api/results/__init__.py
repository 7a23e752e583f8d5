"""What tasks have brought about: outcomes of shared targets, scraped users, and the evidence of failures."""
