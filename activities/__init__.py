"""The steps that workflows take: decide and record, or call one outside capability, each repeatable by its key."""
