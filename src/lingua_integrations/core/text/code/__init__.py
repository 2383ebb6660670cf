"""Readers of source code, diffs and diagnoses."""
