"""Three returns and an exchange from order to end, with storefront, carrier, dock, inspector and supervisor played by the console."""

from __future__ import annotations

from datetime import datetime, timedelta

from rich.console import Console

from adapters.clock import SystemClock
from cli.demo_exchange import play_exchange
from cli.players import Players
from cli.stage import Stage, money
from config.settings import Settings
from domain.cases import CaseKind, Role


class WalkThrough:
    """Plays the story and prints each step as it happens."""

    def __init__(self, players: Players, settings: Settings, console: Console) -> None:
        self._players = players
        self._console = console
        self._stage = Stage(players, settings, console)
        self._clock = SystemClock()

    def play(self) -> None:
        """All cases have ended, and what became of them was read back and shown."""
        now = self._clock.now()
        run = f"{now:%y%m%d-%H%M%S}"
        self._console.rule("A lamp comes back, and a supervisor approves the refund")
        rma = self._approved(f"DEMO-{run}-A", now)
        self._console.rule("A mug comes too late, and the answer says why")
        self._refused(f"DEMO-{run}-B", now)
        self._console.rule("Two mugs come in two boxes, one of them broken")
        self._two_boxes(f"DEMO-{run}-C", now)
        self._console.rule("A mug is exchanged for a dearer one, and the customer pays the difference")
        exchange = play_exchange(self._stage, f"DEMO-{run}-D", now)
        self._console.rule("What is on record")
        self._stage.show_record(f"/v1/returns/{rma}", CaseKind.RETURN)
        self._stage.show_record(exchange, CaseKind.EXCHANGE)

    def _approved(self, order_id: str, now: datetime) -> str:
        self._stage.sell(order_id, delivered=now - timedelta(days=5), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
        quote = self._players.call(Role.STOREFRONT, "POST", "/v1/returns/quote", asked)
        self._stage.say("storefront", f"quotes the return: {money(quote['refund']['total_minor'])} would be paid back")
        opened = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=201)
        rma = str(opened["rma"])
        self._stage.say("storefront", f"opens it: RMA {rma}, {opened['state']}. {opened['next_step']}")
        if label := opened["label"]:
            self._stage.say("carrier", f"has sold a label: {label['carrier']} {label['tracking_number']}")
        self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/label_scanned", {}, expect=202)
        self._stage.say("carrier", f"scans the label: {self._state(rma, 'in_transit')}")
        self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/item_received", {}, expect=202)
        self._stage.say("dock", f"takes the parcel in: {self._state(rma, 'received')}")
        found = {"line_id": "1", "quantity": 1, "condition": "opened", "grade": "A"}
        answer = self._players.call(
            Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/inspection_recorded", {"units": [found]}
        )
        self._stage.say("inspector", f"{answer['detail']} {answer['case']['next_step']}")
        decision = {"decision": "approve", "note": "As good as new."}
        answer = self._players.call(Role.SUPERVISOR, "POST", f"/v1/returns/{rma}/approval_decided", decision)
        self._stage.say("supervisor", answer["detail"])
        self._stage.say("Aftercart", f"pays, restocks and closes: {self._state(rma, 'closed')}")
        return rma

    def _refused(self, order_id: str, now: datetime) -> None:
        self._stage.sell(order_id, delivered=now - timedelta(days=45), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "2", "quantity": 1, "reason": "changed_mind"}]}
        problem = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=422)
        self._stage.say("storefront", f"asks 45 days after delivery: {problem['case']['state']}")
        for reason in problem["reasons"]:
            self._stage.say("Aftercart", f"{reason['detail']} {reason['way_out']}")

    def _two_boxes(self, order_id: str, now: datetime) -> None:
        self._stage.sell(order_id, delivered=now - timedelta(days=5), now=now)
        asked = {"order_id": order_id, "lines": [{"line_id": "2", "quantity": 2, "reason": "changed_mind"}]}
        opened = self._players.call(Role.STOREFRONT, "POST", "/v1/returns", asked, key=f"{order_id}-1", expect=201)
        rma = str(opened["rma"])
        self._stage.say("storefront", f"opens a return of two mugs: RMA {rma}, {opened['state']}")
        first = {"event_id": f"{order_id}-box-1", "scans": [rma, "MUG-BLUE"]}
        self._players.call(Role.WAREHOUSE, "POST", "/v1/receipts", first, expect=202)
        self._stage.say("dock", f"scans the paper and one mug in the first box: {self._state(rma, 'partly_received')}")
        second = {"event_id": f"{order_id}-box-2", "scans": [rma], "units": [{"sku": "MUG-BLUE", "damaged": True}]}
        self._players.call(Role.WAREHOUSE, "POST", "/v1/receipts", second, expect=202)
        self._stage.say("dock", f"finds the other one broken in the second box: {self._state(rma, 'received')}")
        found = [
            {"line_id": "2", "quantity": 1, "condition": "as_new", "grade": "A"},
            {"line_id": "2", "quantity": 1, "condition": "damaged", "grade": "D", "note": "Broken on the way"},
        ]
        answer = self._players.call(Role.WAREHOUSE, "POST", f"/v1/returns/{rma}/inspection_recorded", {"units": found})
        self._stage.say("inspector", answer["detail"])
        self._stage.say("Aftercart", f"pays within the rules, puts away and closes: {self._state(rma, 'closed')}")
        ended = self._players.call(Role.AGENT, "GET", f"/v1/returns/{rma}")
        fates = ", ".join(f"{unit['quantity']} {unit['disposition']}" for unit in ended["dispositions"])
        self._stage.say("warehouse", f"has put away: {fates}")

    def _state(self, rma: str, wanted: str) -> str:
        """The state as soon as it is the wanted one, read back over the API."""
        return str(self._stage.reach(f"/v1/returns/{rma}", wanted)["state"])
