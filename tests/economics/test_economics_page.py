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
TOOLS = {"arguments", "bisection", "generated", "offers", "service_cost"}
FOLDER = ROOT / "slopt" / "economics"
MODULES = {
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for path in FOLDER.rglob("*.py")
    if path.stem != "__init__"
} - TOOLS


@pytest.mark.parametrize(("expression", "result"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_worked_examples_are_true_to_the_digits(expression, result):
    """Half a unit of the last digit given is all that an example may be off."""
    names = {"array": np.array}
    for path in (name.replace("/", ".") for name in MODULES):
        if re.search(rf"(?<![\w.]){re.escape(path)}\.", expression):
            importlib.import_module(f"slopt.economics.{path}")
            top = path.partition(".")[0]
            names[top] = importlib.import_module(f"slopt.economics.{top}")
    found = float(eval(expression, names))  # our own page
    last_digit = 10.0 ** -len(result.partition(".")[2])
    assert abs(found - float(result)) <= last_digit / 2 + 1e-9 * abs(found)


def test_every_file_of_formulas_is_on_the_page():
    """Each module is named; a new one has to be described."""
    assert len(EXAMPLES) > 50
    assert {name for name in MODULES if f"`{name}`" not in PAGE} == set()
