"""The ownership feed: what is declared, merged and told."""
