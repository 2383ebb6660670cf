"""What `lingua eval` runs: methods side by side on tasks with known answers."""
