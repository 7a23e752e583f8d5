"""The commands of the phone's shell, one family a module. Each module has a table `COMMANDS` or `PROGRAMS`."""
