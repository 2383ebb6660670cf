"""Which units stay: scored at once, or segment by segment."""
