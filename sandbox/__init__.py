"""The counterparties of a machine without accounts: servers that speak the vendors' own protocols."""
