"""One Prefect flow for each script. A flow only composes tasks; what they do on the phone is in `tasks`."""
