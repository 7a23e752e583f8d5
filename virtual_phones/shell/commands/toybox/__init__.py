"""The programs of any Unix, which Android has from Toybox: files, texts, processes, `nc`; and the files of `/proc`."""
