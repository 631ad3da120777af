"""What must move even if nobody calls: inbox, outbox, sweep, schedules."""
