"""The uiautomator server on a phone, driven by uiautomator2: its start and calls, texts of views, typing."""
