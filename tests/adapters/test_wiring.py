"""An installation without accounts talks to the sandbox; the vendors' names stay behind the ports."""

from __future__ import annotations

from adapters import wiring
from config.settings import load_settings
from domain.policies import Disposition
from tests.adapters.builders import a_booking, a_refund_order, a_reservation, an_instruction
from tests.sandbox.server import SandboxServer


def test_sandbox_behind_every_port(sandbox: SandboxServer) -> None:
    """With nothing set but the sandbox's port, a refund, a label, a restock and a reservation all work."""
    settings = load_settings(sandbox={"port": int(sandbox.address.rpartition(":")[2])})

    refund = wiring.payments(settings).refund(a_refund_order(sandbox.pay(5000, "gbp")))
    label = wiring.carrier(settings).book_return_label(a_booking())
    wiring.warehouse(settings).dispose(an_instruction(("l1", 1, Disposition.RESTOCK)))

    wiring.fulfilment(settings).reserve(a_reservation(("SKU-L1", 1)))

    assert refund.status == "settled"
    assert label.tracking_number == sandbox.state("shipments")[0]["tracking_code"]
    assert sandbox.state("stock")[0]["warehouses"]["main"] == {"available": 0, "quarantined": 0, "reserved": 1}
    assert wiring.clock().new_id("evt").startswith("evt_")
