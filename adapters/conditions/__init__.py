"""Languages in which conditions of rules are written."""
