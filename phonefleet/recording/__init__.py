"""Records the screens of an app on a phone, and what led from one to the next, as a folder that can be replayed.

It knows phones by their Protocol and apps by their profiles. What a recording holds of people is masked before anything
is written. The folder's form is that of `phonefleet virtual --screens`.
"""
