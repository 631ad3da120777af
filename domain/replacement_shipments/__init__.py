"""Replacement shipments: goods that go to the customer for an exchange, a claim or a parcel that never came."""
