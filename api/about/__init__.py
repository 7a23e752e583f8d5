"""What the server says of itself: that it is alive and ready, what it allows, its figures."""
