"""`phonefleet person …`: who may use the server."""
