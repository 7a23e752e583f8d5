"""WebSockets that the worker of a joined host opens to the main one: the tunnel to its adb server, and the link."""
