"""Middleware between the network and the routes: authentication, throttling, size limits, metrics, audit trail."""
