"""Who owns which data flow, which model runs, what was promised and what came of it: documents in, facts out."""
