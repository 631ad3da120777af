"""Amounts as Stripe takes them: whole numbers of the smallest unit, with the exceptions that Stripe documents.

The lists are those of https://docs.stripe.com/currencies; they are kept apart from the program's own on purpose.
"""

from __future__ import annotations

from iso4217 import Currency

from sandbox.stripe.errors import StripeRefusal, malformed
from sandbox.stripe.params import Params

# Written with two decimals although no smaller coin than 1 exists, so they end in 00.
WHOLE_UNITS_ONLY = {"isk", "ugx"}
# Written with three decimals, of which card networks carry two.
LAST_DIGIT_ZERO = {"bhd", "jod", "kwd", "omr", "tnd"}
MAX_AMOUNT = 99_999_999


def read_currency(params: Params) -> str:
    """The currency of a payment, in lower case."""
    code = params.required("currency").lower()
    try:
        Currency(code.upper())
    except ValueError:
        raise malformed(f"Invalid currency: {code}", code="parameter_invalid_string_blank", param="currency") from None
    return code


def refuse_impossible(amount: int, currency: str, *, param: str = "amount") -> None:
    """Raises when no card network could move that amount."""
    step = 100 if currency in WHOLE_UNITS_ONLY else 10 if currency in LAST_DIGIT_ZERO else 1
    if amount % step:
        message = f"Invalid amount: in {currency} it must be divisible by {step}."
        raise StripeRefusal(message, code="invalid_charge_amount_no_decimal_compatible", param=param)
    if amount > MAX_AMOUNT:
        raise StripeRefusal(f"The amount is above {MAX_AMOUNT}.", code="amount_too_large", param=param)
