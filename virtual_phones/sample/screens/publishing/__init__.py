"""The screens that lead to a new post: gallery, sounds, volume and composer."""
