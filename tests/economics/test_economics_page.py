"""The page of formulas: its worked examples are true to the digits, and no file is left out."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "economics.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"`(\w+\.[^`]+)` = (-?[\d.]*\d)", PAGE)
TOOLS = {"arguments", "bisection", "offers", "service_cost", "__init__"}
MODULES = {
    path.stem for path in (ROOT / "slopt" / "economics").glob("*.py") if path.stem not in TOOLS
}


@pytest.mark.parametrize(("expression", "result"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_worked_examples_are_true_to_the_digits(expression, result):
    """Half a unit of the last digit given is all that an example may be off."""
    used = {name for name in MODULES if re.search(rf"\b{name}\.", expression)}
    names = {name: importlib.import_module(f"slopt.economics.{name}") for name in used}
    found = float(eval(expression, {**names, "array": np.array}))  # our own page
    last_digit = 10.0 ** -len(result.partition(".")[2])
    assert abs(found - float(result)) <= last_digit / 2 + 1e-9 * abs(found)


def test_every_file_of_formulas_is_on_the_page():
    """Each module is named; a new one has to be described."""
    assert len(EXAMPLES) > 50
    assert {name for name in MODULES if f"`{name}`" not in PAGE} == set()
