"""Which phones adb has: follows its list, keeps network phones connected, identifies each phone."""
