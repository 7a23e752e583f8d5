"""The worker of a joined host: how it joins the main host, and what it has instead of a database."""
