"""The audit: rules about who owns what, which model runs and what was promised, judged on what was known at a time."""
