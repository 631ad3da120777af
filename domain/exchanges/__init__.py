"""Exchanges: a return some of whose lines are given for other goods."""
