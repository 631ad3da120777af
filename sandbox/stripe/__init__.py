"""Stripe's API for payments, refunds, disputes and events, as far as Aftercart and its tests use it."""
