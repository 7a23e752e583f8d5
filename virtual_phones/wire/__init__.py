"""The device side of the ADB protocol over TCP: what adbd does on a phone."""
