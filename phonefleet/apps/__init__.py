"""App profiles and the page objects that read them."""
