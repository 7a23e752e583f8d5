"""What a plan is made from: how long tasks took, and what waits."""
