"""Amounts that do not come from goods in hand now: goodwill, and the correction of what was found wrong after the payout."""
