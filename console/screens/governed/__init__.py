"""What is declared and audited, on screens."""
