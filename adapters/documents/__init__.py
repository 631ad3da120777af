"""Papers that people print or keep."""
