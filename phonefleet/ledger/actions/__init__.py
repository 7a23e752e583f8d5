"""Actions of accounts: recorded from intent to end, charged to budgets, refused by limits and the do-not-contact list.

What an action needs or leaves behind is here too: sightings, chosen texts, secrets, the progress of warm-ups.
"""
