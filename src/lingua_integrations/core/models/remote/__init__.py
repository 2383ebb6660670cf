"""Models behind servers that already run: the requests, and how answers are read."""
