"""The `aftercart` command: one function per sub-command, each in a module of its name."""

from __future__ import annotations

import typer

from cli.abuse import abuse
from cli.approvals import approvals
from cli.cases.commands import cases
from cli.credit import credit
from cli.demo import demo
from cli.doctor.command import doctor
from cli.events import events
from cli.keys import keys
from cli.ledger import ledger
from cli.merchants import merchants
from cli.migrate import migrate
from cli.orders import orders
from cli.policy import policy
from cli.products import products
from cli.promises import promises
from cli.returns import returns
from cli.settings import settings
from cli.up import up

app = typer.Typer(
    help="Returns, refunds and exchanges of an online shop, each one a durable workflow.\n\nExample: aftercart up",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (demo, up, settings, migrate, doctor):
    app.command()(command)
GROUPS = (
    (merchants, "merchants"),
    (keys, "keys"),
    (orders, "orders"),
    (products, "products"),
    (policy, "policy"),
    (cases, "cases"),
    (approvals, "approvals"),
    (abuse, "abuse"),
    (promises, "promises"),
    (events, "events"),
    (returns, "returns"),
    (ledger, "ledger"),
    (credit, "credit"),
)
for group, name in GROUPS:
    app.add_typer(group, name=name)

if __name__ == "__main__":
    app()
