"""Phones that show saved screens as an app: a folder of hierarchies and pictures, and the steps between them.

`manifest.load` reads such a folder and finds its mistakes before anything starts, `phone.ReplayPhone` serves it. All
that was touched is kept in `touches.TouchLog`, so that a test can see what a script did. It knows neither ADB nor HTTP.
"""
