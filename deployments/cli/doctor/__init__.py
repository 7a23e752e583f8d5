"""`phonefleet doctor`: looks at everything that phonefleet needs, and says what to do about what is missing."""
