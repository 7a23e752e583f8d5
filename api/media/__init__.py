"""The media library: its routes and schemas."""
