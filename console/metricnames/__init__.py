"""What the name and the labels of a series tell, whoever it comes from: a server's or a file's."""
