"""The database: tables, migrations, the ledger and every query that a screen needs."""
