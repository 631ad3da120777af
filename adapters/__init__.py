"""One vendor per file behind a port of the domain."""
