"""Rankers: what puts whole contexts in order."""
