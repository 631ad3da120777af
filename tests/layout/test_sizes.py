"""Whoever opens a file can hold it in the head."""

from __future__ import annotations

import ast

from tests.layout.sources import ROOT, all_files, functions, tree_of

MODULE_LINES = 300
FUNCTION_LINES = 60


def test_modules() -> None:
    """A module that grows past what one reads in a sitting becomes a package."""
    lines = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in all_files()}

    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_functions() -> None:
    """A function fits on a screen."""
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": length
        for path in all_files()
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }

    assert long == {}


def test_modules_say_what_they_are() -> None:
    """Each file begins with a sentence on what it is for."""
    assert [str(path.relative_to(ROOT)) for path in all_files() if not ast.get_docstring(tree_of(path))] == []


def test_tests_say_what_they_expect() -> None:
    """Each test states its expectation in a sentence that a shop manager understands."""
    silent = [
        f"{path.relative_to(ROOT)}:{function.name}"
        for path in all_files()
        if path.name.startswith("test_")
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert silent == []
