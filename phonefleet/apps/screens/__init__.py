"""What a phone shows, read from its hierarchy: windows, elements, and the selectors that find them."""
