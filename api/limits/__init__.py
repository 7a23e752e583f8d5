"""Account budgets, working hours and the do-not-contact list, and the watch over runs that wait for them."""
