"""`phonefleet campaign`: campaigns, and files that declare them."""
