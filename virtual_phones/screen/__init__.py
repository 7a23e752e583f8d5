"""A screen as data: its views, its keyboard focus, its XML, its picture and its video. It knows no phone."""
