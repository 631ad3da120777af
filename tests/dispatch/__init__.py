"""Dispatch: what must move even if nobody calls."""
