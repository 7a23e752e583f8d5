"""The adb server and its protocol: connections, the list of devices, addresses, reconnecting, file transfer."""
