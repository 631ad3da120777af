"""The replay tests record on the server of the workflow tests."""

from tests.workflows.fixtures import env, house

__all__ = ["env", "house"]
