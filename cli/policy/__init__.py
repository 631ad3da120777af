"""`aftercart policy`: writing, trying out and explaining a shop's rules."""

from __future__ import annotations

import typer

from cli.policy.check import check
from cli.policy.diff import diff
from cli.policy.explain import explain
from cli.policy.simulate import simulate
from cli.policy.versions import activate, list_versions, stage
from cli.policy.words import new, words

policy = typer.Typer(
    help="Write, try out and explain a shop's rules.\n\nExample: aftercart policy check acme.yaml",
    no_args_is_help=True,
)
for command in (new, check, words, explain, simulate, diff, stage, activate):
    policy.command()(command)
policy.command("list")(list_versions)
