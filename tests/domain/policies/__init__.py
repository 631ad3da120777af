"""The document, its tables and its checks."""
