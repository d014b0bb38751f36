"""What a person may do to Nomad: what it would affect, who may do it, what came of it. Plain functions on documents."""
