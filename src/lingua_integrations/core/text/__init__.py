"""What a text is made of: units that are kept or dropped whole. No torch here."""
