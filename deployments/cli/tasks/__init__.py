"""`phonefleet task`: creates, lists, watches, stops and retries tasks."""
