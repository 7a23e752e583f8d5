"""The device layer: the only importer of adbutils and uiautomator2."""
