"""Scorer models: what gives every token or unit its score."""
