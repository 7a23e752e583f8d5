"""The screens of the sample app, one module each."""
