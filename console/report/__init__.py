"""What a period came to: incidents, KPIs and their budgets, who owns what, lifecycle, fixes. A tape in, a file out."""
