"""Nomad's objects as lists and as sheets: state documents of a tape in, lines with words and numbers out. Pure."""
