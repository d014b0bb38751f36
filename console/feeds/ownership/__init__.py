"""Who owns what, as files and lineage have it: merged, compared with what was known, told. Jobs' meta Nomad tells."""
