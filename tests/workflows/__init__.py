"""Workflows on the time-skipping server: real records on SQLite, hand-written fakes for the outside."""
