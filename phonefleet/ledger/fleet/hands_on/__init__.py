"""What persons do with phones themselves: look at what they show, and take them over."""
