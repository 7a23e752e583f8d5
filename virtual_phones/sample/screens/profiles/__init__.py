"""The screens about people: a profile, its editor, lists of followers, and the account switcher."""
