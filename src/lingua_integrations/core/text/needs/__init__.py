"""What a part of a text says wrongly without another part, and so needs."""
