"""Hundreds of refunds while everything goes wrong that can; in the end every payout is exactly one refund."""
