"""The page on reserves: its snippets print what it says, its tables hold what the code gives."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from slopt.economics.rationing.class_service import ClassDemand, Unmet, reorder_point_service

PAGE = (Path(__file__).parents[1] / "docs" / "models" / "rationing.md").read_text(encoding="utf-8")


def test_every_answer_on_the_page_is_what_python_prints():
    """The snippets run one after the other."""
    session: dict[str, object] = {}
    told: list[str] = []
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, session, "rationing.md", None, 0)
        doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(
            test, out=told.append, clear_globs=False
        )
        session = test.globs
    assert len(blocks) == 3
    assert not told, "".join(told)


@pytest.mark.parametrize(
    ("rates", "point", "quantity", "reserves", "stock", "filled"),
    [
        ([5.0], 18, 5, [0], "11.0", ["99.7 %"]),
        ([1.0, 4.0], 14, 5, [0, 2], "7.1", ["99.6 %", "89.9 %"]),
        ([1.0, 4.0], 14, 5, [0, 0], None, ["96.4 %", "96.4 %", "0.03"]),
        ([1.0, 4.0], 14, 5, [0, 1], None, ["98.7 %", "93.8 %", "0.06"]),
        ([1.0, 4.0], 14, 5, [0, 3], None, ["99.9 %", "84.4 %", "0.19"]),
    ],
)
def test_the_tables_hold_what_the_chain_gives(rates, point, quantity, reserves, stock, filled):
    """Mean stock, fill rates and units waiting of the example."""
    demand = ClassDemand(np.array(rates), 2.0)
    found = reorder_point_service(demand, point, quantity, reserves, Unmet.WAITS)
    told = [f"{share:.1%}".replace("%", " %") for share in found.fill_rates[0]]
    told.append(f"{found.owed[0, -1]:.2f}")
    assert told[: len(filled)] == filled
    assert " | ".join(filled).replace(" | 0", " | 0") in PAGE.replace("**", "")
    assert stock is None or f"{found.on_hand[0]:.1f}" == stock
