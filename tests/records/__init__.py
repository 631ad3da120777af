"""The records, on SQLite always and on PostgreSQL when AFTERCART_TEST_POSTGRES_URL names a server."""
