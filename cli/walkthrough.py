"""Three returns from order to end, with storefront, carrier, dock, inspector and supervisor played by the console."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.clock import SystemClock
from cli.failures import WalkThroughFailed
from cli.first_start import DEMO_MERCHANT
from cli.players import Players
from config.settings import Settings
from domain.cases import CaseRef, Role
from domain.money import Money

LAMP_MINOR, MUG_MINOR, SHIPPING_MINOR, DISCOUNT_MINOR = 8900, 1250, 395, 1000
CURRENCY = "GBP"
POLL_SECONDS = 0.1
CLOSES_WITHIN_SECONDS = 30.0


class WalkThrough:
    """Plays the story and prints each step as it happens."""

    def __init__(self, players: Players, settings: Settings, console: Console) -> None:
        self._players = players
        self._settings = settings
        self._console = console
        self._clock = SystemClock()

    def play(self) -> None:
        """All returns have ended, and what became of them was read back and shown."""
        now = self._clock.now()
        run = f"{now:%y%m%d-%H%M%S}"
        self._console.rule("A lamp comes back, and a supervisor approves the refund")
        rma = self._approved(f"DEMO-{run}-A", now)
        self._console.rule("A mug comes too late, and the answer says why")
        self._refused(f"DEMO-{run}-B", now)
        self._console.rule("Two mugs come in two boxes, one of them broken")
        self._two_boxes(f"DEMO-{run}-C", now)
        self._console.rule("What is on record")
        self._show_record(rma)

    def _approved(self, order_id: str, now: datetime) -> str:
        self._sell(order_id, delivered=now - timedelta(days=5), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
        quote = self._players.call(Role.STOREFRONT, "POST", "/v1/returns/quote", asked)
        self._say("storefront", f"quotes the return: {_money(quote['refund']['total_minor'])} would be paid back")
        opened = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=201)
        rma = str(opened["rma"])
        self._say("storefront", f"opens it: RMA {rma}, {opened['state']}. {opened['next_step']}")
        if label := opened["label"]:
            self._say("carrier", f"has sold a label: {label['carrier']} {label['tracking_number']}")
        self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/label_scanned", {}, expect=202)
        self._say("carrier", f"scans the label: {self._state(rma, 'in_transit')}")
        self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/item_received", {}, expect=202)
        self._say("dock", f"takes the parcel in: {self._state(rma, 'received')}")
        found = {"line_id": "1", "quantity": 1, "condition": "opened", "grade": "A"}
        answer = self._players.call(
            Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/inspection_recorded", {"units": [found]}
        )
        self._say("inspector", f"{answer['detail']} {answer['case']['next_step']}")
        decision = {"decision": "approve", "note": "As good as new."}
        answer = self._players.call(Role.SUPERVISOR, "POST", f"/v1/returns/{rma}/approval_decided", decision)
        self._say("supervisor", answer["detail"])
        self._say("Aftercart", f"pays, restocks and closes: {self._state(rma, 'closed')}")
        return rma

    def _refused(self, order_id: str, now: datetime) -> None:
        self._sell(order_id, delivered=now - timedelta(days=45), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "2", "quantity": 1, "reason": "changed_mind"}]}
        problem = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=422)
        self._say("storefront", f"asks 45 days after delivery: {problem['case']['state']}")
        for reason in problem["reasons"]:
            self._say("Aftercart", f"{reason['detail']} {reason['way_out']}")

    def _two_boxes(self, order_id: str, now: datetime) -> None:
        self._sell(order_id, delivered=now - timedelta(days=5), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "2", "quantity": 2, "reason": "changed_mind"}]}
        opened = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=201)
        rma = str(opened["rma"])
        self._say("storefront", f"opens a return of two mugs: RMA {rma}, {opened['state']}")
        first = {"event_id": f"{order_id}-box-1", "scans": [rma, "MUG-BLUE"]}
        self._players.call(Role.WAREHOUSE, "POST", "/v1/receipts", first, expect=202)
        self._say("dock", f"scans the paper and one mug in the first box: {self._state(rma, 'partly_received')}")
        second = {"event_id": f"{order_id}-box-2", "scans": [rma], "units": [{"sku": "MUG-BLUE", "damaged": True}]}
        self._players.call(Role.WAREHOUSE, "POST", "/v1/receipts", second, expect=202)
        self._say("dock", f"finds the other one broken in the second box: {self._state(rma, 'received')}")
        found = [
            {"line_id": "2", "quantity": 1, "condition": "as_new", "grade": "A"},
            {"line_id": "2", "quantity": 1, "condition": "damaged", "grade": "D", "note": "Broken on the way"},
        ]
        answer = self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/inspection_recorded", {"units": found})
        self._say("inspector", answer["detail"])
        self._say("Aftercart", f"pays within the rules, puts away and closes: {self._state(rma, 'closed')}")
        ended = self._players.call(Role.AGENT, "GET", f"/v1/returns/{rma}")
        fates = ", ".join(f"{unit['quantity']} {unit['disposition']}" for unit in ended["dispositions"])
        self._say("warehouse", f"has put away: {fates}")

    def _sell(self, order_id: str, *, delivered: datetime, now: datetime) -> None:
        total = LAMP_MINOR + 2 * MUG_MINOR - DISCOUNT_MINOR + SHIPPING_MINOR
        reference = self._players.capture(total, CURRENCY)
        order = _order(order_id, reference=reference, total_minor=total, delivered=delivered)
        self._players.call(Role.STOREFRONT, "PUT", f"/v1/orders/{order_id}", order, expect=201)
        days = (now - delivered).days
        self._say("storefront", f"sends order {order_id}: {_money(total)} paid by card, delivered {days} days ago")

    def _state(self, rma: str, wanted: str) -> str:
        """The state as soon as it is the wanted one, read back over the API."""
        give_up = time.monotonic() + CLOSES_WITHIN_SECONDS
        while True:
            found = self._players.call(Role.AGENT, "GET", f"/v1/returns/{rma}")
            if found["state"] == wanted:
                return wanted
            if time.monotonic() > give_up:
                raise WalkThroughFailed(f"return {rma} is {found['state']}, not {wanted}: {found['next_step']}")
            time.sleep(POLL_SECONDS)

    def _show_record(self, rma: str) -> None:
        timeline = self._players.call(Role.AGENT, "GET", f"/v1/returns/{rma}/timeline")
        table = Table(title=f"Timeline of {rma}", title_justify="left", box=None, padding=(0, 2))
        for column in ("at (UTC)", "who", "what"):
            table.add_column(column, overflow="fold")
        for entry in timeline["entries"]:
            at = datetime.fromisoformat(entry["at"])
            table.add_row(f"{at:%H:%M:%S}", entry["actor"]["name"], entry["summary"])
        self._console.print(table)
        ledger = self._players.call(Role.FINANCE, "GET", f"/v1/returns/{rma}/ledger")
        table = Table(title=f"Ledger of {rma}", title_justify="left", box=None, padding=(0, 2))
        for column in ("kind", "amount", "provider's reference"):
            table.add_column(column)
        for entry in ledger["entries"]:
            table.add_row(entry["kind"], _money(entry["amount_minor"]), entry["provider_reference"])
        self._console.print(table)
        ref = CaseRef(merchant=DEMO_MERCHANT, rma=rma)
        run = f"{self._settings.temporal.ui_address}/namespaces/{self._settings.temporal.namespace}"
        self._console.print(f"The run in the Temporal UI: {run}/workflows/{ref.workflow_id}", soft_wrap=True)

    def _say(self, who: str, what: str) -> None:
        self._console.print(f"[bold cyan]{who:>10}[/]  {what}", highlight=False, soft_wrap=True)


def _money(minor: int) -> str:
    return str(Money(minor=minor, currency=CURRENCY))


def _order(order_id: str, *, reference: str, total_minor: int, delivered: datetime) -> dict[str, Any]:
    """A lamp and two mugs with ten pounds off the order."""
    lamp = {"line_id": "1", "sku": "LAMP-OAK", "title": "Oak table lamp", "quantity": 1, "unit_price_minor": LAMP_MINOR}
    mugs = {"line_id": "2", "sku": "MUG-BLUE", "title": "Blue mug", "quantity": 2, "unit_price_minor": MUG_MINOR}
    address = {
        "name": "Sam Example",
        "street1": "1 High Street",
        "city": "Leeds",
        "postal_code": "LS1 1AA",
        "country": "GB",
    }
    return {
        "order_id": order_id,
        "currency": CURRENCY,
        "placed_at": (delivered - timedelta(days=3)).isoformat(),
        "lines": [lamp, mugs],
        "shipping": [{"amount_minor": SHIPPING_MINOR}],
        "discounts": [{"discount_id": "WELCOME10", "title": "Ten pounds off", "amount_minor": DISCOUNT_MINOR}],
        "payments": [{"payment_id": "card", "reference": reference, "captured_minor": total_minor}],
        "parcels": [{"parcel_id": "out-1", "tracking_number": "OUT1", "delivered_at": delivered.isoformat()}],
        "customer": {"customer_id": "c-77", "name": "Sam Example", "email": "sam@example.com", "address": address},
    }
