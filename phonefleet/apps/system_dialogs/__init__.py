"""The dialogs that Android and the makers of phones put over any app: one list for all profiles, kept as data."""
