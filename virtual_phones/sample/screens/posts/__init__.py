"""A post and what belongs to it: buttons, comments, the sheet to share it, and the grid of somebody's posts."""
