"""Apps as the phone's system sees them: the interface of an app, the system's own screens, and apps from APK files.

The sample app has a room of its own, `virtual_phones.sample`. Nothing here knows the phone that runs an app.
"""
