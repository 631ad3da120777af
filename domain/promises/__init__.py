"""Dates that a customer was told: which stand, who told them, and whether they were kept."""
