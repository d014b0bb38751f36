"""The Nomad feed against the double and against real answers."""
