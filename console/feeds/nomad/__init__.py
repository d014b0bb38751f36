"""Nomad: its address in, records and samples out. Import what is needed: one part must not cost all the others."""
