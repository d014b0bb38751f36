"""``doctor``: tries everything that is configured and says what works, what does not and what to do."""
