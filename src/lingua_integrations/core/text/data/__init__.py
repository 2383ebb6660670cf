"""Readers of data: JSON, YAML, tables, SQL, configuration."""
