"""Android's services from the shell: `dumpsys`, `cmd`, `settings`, `content`, `ime`, `locksettings`, `logcat`."""
