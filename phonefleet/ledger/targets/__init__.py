"""The targets of tasks and their material: pools of shared targets, scraped users, the media library."""
