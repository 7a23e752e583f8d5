"""The days of accounts: the numbers of their own profiles, read once a day, shown and written as CSV."""
