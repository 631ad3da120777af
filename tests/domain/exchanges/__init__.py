"""The rules and sums of exchanges."""
