"""Doing something to Nomad: the plan, the name to type, what came of it."""
