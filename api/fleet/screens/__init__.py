"""Live pictures of phones' screens: who watches, what is taken for them, and the routes that answer it."""
