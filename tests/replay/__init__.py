"""Recorded histories of released workflows, replayed with today's code."""
