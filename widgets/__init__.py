"""Widgets for a terminal console: they know nothing of what they show. `python -m widgets` shows each on its own."""
