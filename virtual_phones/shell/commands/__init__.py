"""The commands of the phone's shell, in rooms by the part of Android that they belong to.

Each module has a table `COMMANDS` or `PROGRAMS`, which `virtual_phones.shell.registry` collects.
"""
