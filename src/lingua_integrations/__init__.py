"""The compression core: knows no framework."""
