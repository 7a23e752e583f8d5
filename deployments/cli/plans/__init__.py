"""`phonefleet plan`: what would happen, as a table, as bars, and as a picture."""
