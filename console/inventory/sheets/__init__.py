"""What is said of one object, a file a kind."""
