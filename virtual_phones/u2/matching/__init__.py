"""Finding views: selectors as clients send them, and how UiSelector and BySelector match them."""
