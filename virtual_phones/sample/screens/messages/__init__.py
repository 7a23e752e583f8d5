"""The screens on which people write to each other: the inbox and a conversation."""
