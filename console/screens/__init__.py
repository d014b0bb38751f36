"""What a person sees: the board and the screens behind it. They read the tape and compose widgets, nothing else."""
