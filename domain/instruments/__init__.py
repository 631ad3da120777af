"""Where a customer's money can come from and go to: payment instruments by reference, and which may be chosen."""

from domain.instruments.card_numbers import CardNumberFound
from domain.instruments.choosing import (
    Direction,
    InstrumentChoice,
    Movement,
    Obstacle,
    instruments_for,
    provider_customer,
)
from domain.instruments.models import CustomerInstruments, Instrument

__all__ = [
    "CardNumberFound",
    "CustomerInstruments",
    "Direction",
    "Instrument",
    "InstrumentChoice",
    "Movement",
    "Obstacle",
    "instruments_for",
    "provider_customer",
]
