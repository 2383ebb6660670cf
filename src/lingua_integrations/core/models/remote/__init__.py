"""Models behind servers that already run: what is asked of them, and what their answers mean."""
