"""`phonefleet host …` and `phonefleet join`: several computers as one fleet."""
