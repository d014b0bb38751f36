"""Who is on call: services and rotas, asked side by side, told as states of schedules and as hand-overs."""
