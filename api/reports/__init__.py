"""The daily report: shown to whoever asks, and sent once a day to where people read it."""
