"""The windows on a virtual phone's displays: the app's and its dialogs', the system's bars, the keyboard.

Knows views, neither apps nor the wire.
"""
