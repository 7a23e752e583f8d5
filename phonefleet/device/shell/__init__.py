"""What Android's shell commands do and tell: apps, links, health, media; parsers of their output."""
