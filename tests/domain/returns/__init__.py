"""Tests of domain/returns."""
