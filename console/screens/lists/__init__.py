"""All of Nomad's objects of a kind as a list."""
