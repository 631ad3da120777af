"""Carriers behind the Carrier port, one file each."""
