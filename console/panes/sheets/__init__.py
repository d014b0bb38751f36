"""What is declared in words: flows, models, KPIs, owners, schedules, contracts and findings, one sheet each."""
