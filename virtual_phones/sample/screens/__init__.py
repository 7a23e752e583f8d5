"""The screens of the sample app, one module each: here those of its tabs, the others in rooms by subject."""
