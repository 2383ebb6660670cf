"""Languages, and where their sentences end."""
