"""Virtual phones: the device side of ADB and of uiautomator2, a sample app, a world and faults."""
