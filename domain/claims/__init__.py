"""Claims: goods that came damaged, wrong, not at all or not as described; decided on evidence instead of goods."""
