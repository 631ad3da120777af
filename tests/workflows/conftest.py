"""What the workflow tests share."""

from tests.workflows.exchanging import by_dispatch
from tests.workflows.fixtures import env, house

__all__ = ["by_dispatch", "env", "house"]
