"""Returns: request, eligibility, facts, progress."""
