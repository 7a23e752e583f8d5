"""Flow runs as the domain knows them: their states, the keys that tie them to tasks, and the names of their queues."""
