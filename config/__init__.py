"""Settings, logging and the default policies."""
