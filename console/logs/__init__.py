"""What logs are made of, whoever reads and shows them: lines, their times and severities, what is held of them."""
