"""`phonefleet record`: records the screens of an app while somebody uses a phone."""
