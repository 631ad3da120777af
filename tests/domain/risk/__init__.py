"""Abuse signals, decided in memory."""
