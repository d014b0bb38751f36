"""The columns of the lists, a file a kind."""
