"""What stands where units were left out: white space, marks, comments, counts."""
