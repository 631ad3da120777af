"""One story per case: the order of steps, waits, deadlines and compensation; no rules, no arithmetic."""
