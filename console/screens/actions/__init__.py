"""Everything a person can do, as data: one registry, one file for each part of the screens."""
