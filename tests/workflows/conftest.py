"""What the workflow tests share."""

from tests.workflows.fixtures import env, house

__all__ = ["env", "house"]
