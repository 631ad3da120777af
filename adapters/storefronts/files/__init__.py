"""Orders and credit notes from files: CSV or JSON Lines, each also compressed, read by a mapping."""
