"""The phones of this computer: a lane for each, their quarantine, and the changes that adb reports."""
