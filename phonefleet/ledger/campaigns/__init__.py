"""The storage of campaigns and their firings."""
