"""`phonefleet top`: the fleet, live."""
