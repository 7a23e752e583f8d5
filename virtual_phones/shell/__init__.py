"""The phone's shell: the command line that adb sends, and the commands that it knows."""
