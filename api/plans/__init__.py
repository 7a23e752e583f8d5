"""Plans: what a request, or the campaigns of days to come, would do and when, and what stands against it."""
