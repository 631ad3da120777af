"""Tests of replacement shipments."""
