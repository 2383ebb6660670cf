"""What the adapters of all frameworks share. Needs pydantic, which every framework brings."""
