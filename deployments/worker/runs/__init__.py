"""From an offered flow run to its end: its phone, its task, its claim, its execution in a lane."""
