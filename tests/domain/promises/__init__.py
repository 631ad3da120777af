"""Dates told to customers, followed in memory."""
