"""Pure decisions: no I/O, no clock, no ids, no framework."""
