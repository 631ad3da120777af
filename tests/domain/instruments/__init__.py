"""Tests of payment instruments."""
