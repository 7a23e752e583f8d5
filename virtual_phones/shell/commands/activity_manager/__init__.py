"""Starting and stopping apps: `am`, `monkey`, and the intents that they send."""
