"""The workshop for app profiles: recorded screens, rules for an element, profiles of this home, versions side by side.

    stock = Stock(settings.home / "recordings")
    ranked(Rules.of(profile, "3.2.0", "ru"), shown, element, stock.screens(profile.package))

It knows profiles and saved screens. It knows neither HTTP nor phones, and touches nothing but its two folders.
"""
