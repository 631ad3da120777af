"""Abuse: what was noticed, the evidence, and what follows from it. See docs/abuse.md."""
