"""Scenarios that wait for a capability, and those that are about something we do not do."""

from __future__ import annotations

from tests.scenarios.catalogue import Capability, later, not_ours

SPREE, MEDUSA = "spree/spree", "medusajs/medusa"
VENDURE, OCA, LOOP, AFTERSHIP = (
    "vendure-ecommerce/vendure",
    "OCA/rma",
    "help.loopreturns.com",
    "aftership.com/docs/tracking",
)


CANCELLATIONS = Capability.CANCELLATIONS
later("SC102", MEDUSA, "An order with a live shipment is not cancelled.", CANCELLATIONS, accepted=False)
later(
    "SC177",
    "shopify.dev",
    "No cancellation with an open return, a pending authorization, or a second time.",
    CANCELLATIONS,
    accepted=False,
)

ORDER_EDITS = Capability.ORDER_EDITS
later("SC126", VENDURE, "A surcharge of 300 is paid before the edit closes.", ORDER_EDITS, due=300)
later("SC127", VENDURE, "A negative surcharge of 300 is refunded, once.", ORDER_EDITS, refund=300)
later("SC128", VENDURE, "An edit that lowers the price names where the money goes.", ORDER_EDITS, accepted=False)
later("SC130", VENDURE, "A new address with shipping at 500 instead of 750 refunds 250.", ORDER_EDITS, refund=250)

later("SC178", "shopify.dev", "Of two holds one is released: the other still holds.", Capability.HOLDS, holds_left=1)

DELIVERY = Capability.DELIVERY_ISSUES
later("SC179", AFTERSHIP, "No scan for 30 days: the tracking expired.", DELIVERY, status="Expired")
later("SC183", AFTERSHIP, "A carrier's event delivered twice changes the case once.", DELIVERY, changes=1)
later("SC184", AFTERSHIP, "A label without a scan for 72 hours opens an issue.", DELIVERY, hours=72)

not_ours(
    "SC139",
    OCA,
    "A received return is locked and unlocked by hand.",
    "There is no edit to lock out: facts are only added, and a wrong one is corrected by another.",
    states=["locked", "received"],
)
