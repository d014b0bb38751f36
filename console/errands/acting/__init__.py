"""Doing something to Nomad for a viewer: what it would affect, whether the token may, once, and what came of it."""
