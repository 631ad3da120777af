"""Problems with the papers of goods that come back."""

from __future__ import annotations

from api.problem_kinds import kind

NO_SUCH_DELIVERY = kind(
    "no-such-delivery",
    404,
    "Unknown reverse delivery",
    meaning="The case has no reverse delivery of that number.",
    remedy="Read the case: `deliveries` lists them with their numbers.",
    example="Return 7K3F-Q9X4 has no delivery 3; it has 1, 2.",
)
NOTHING_COMES_BACK = kind(
    "nothing-comes-back",
    409,
    "No goods come back with this case",
    meaning="The return is not authorized, or the claim asks for no goods, so nothing is sent and no paper goes with it.",
    remedy="Read the case: `state` and `next_step` say whether somebody still decides, or why it was refused.",
    example="Return 7K3F-Q9X4 is refused: no goods come back with it.",
)
NO_LABEL = kind(
    "no-label",
    409,
    "There is no label to print",
    meaning="The goods travel without a label of ours, the carrier has not answered yet or refused, or the label expired or was voided.",
    remedy="Read the case: the state of the delivery says which, and `label_problem` why the carrier refused.",
    example="Delivery 1 of return 7K3F-Q9X4 has no label: it is label_follows.",
)
NO_CUSTOMS_INVOICE = kind(
    "no-customs-invoice",
    409,
    "Customs does not see this parcel",
    meaning="The parcel crosses no customs border, or the country of the customer or of the warehouse is not known.",
    remedy="Send the parcel without one; if it does go abroad, tell the order's address or set that of the warehouse.",
    example="Delivery 1 of return 7K3F-Q9X4 goes from GB to GB, which is no customs border.",
)

KINDS = (NO_SUCH_DELIVERY, NOTHING_COMES_BACK, NO_LABEL, NO_CUSTOMS_INVOICE)
