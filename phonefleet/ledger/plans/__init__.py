"""The queries of plans: durations of earlier tasks, queues, and acting accounts."""
