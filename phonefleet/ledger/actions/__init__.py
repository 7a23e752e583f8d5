"""Actions on people: intended and ended, charged to budgets, refused by limits or the do-not-contact list."""
