"""Nomad's objects as the inventory keeps them: made of state records, small, never changed."""
