"""Persons: who calls, what their role allows, their sessions in browsers, and the routes that administer them."""
