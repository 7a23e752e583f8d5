"""The media library: its routes and forms."""
