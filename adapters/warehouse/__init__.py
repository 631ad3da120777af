"""Warehouses behind the Warehouse port, one file each."""
