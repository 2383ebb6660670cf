"""Pruners: models that read a question with a text, and say of each token how likely it is to be kept."""
