"""Cases of a few lines, written to a folder, for the tests of reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.shipped import examples

TIERS = "tier,service_level,cost_per_order\nC,0.85,{least}\nB,0.95,20\nA,0.99,30\n"
COLUMNS = (
    "segment",
    "customers",
    "orders_per_customer",
    "revenue_per_order",
    "margin",
    "current_tier",
)
RESPONSE = "segment,lost_order_share,leave_probability\n*,0.5,0.05\n"


def small_case(
    folder: Path,
    names: Sequence[str],
    today: str = "C",
    settings: str = "",
    loses: bool = True,
    least: float = 10,
    title: str = "Small",
) -> PlanningCase:
    """A case of segments with these names, three tiers, and `today` as the tier of all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(
        [
            "segment",
            "customers",
            "orders_per_customer",
            "revenue_per_order",
            "margin",
            "current_tier",
        ]
    )
    for place, name in enumerate(names):
        money = (100 + 7 * place, 4 + place % 5, 200 + place % 9 * 40, 0.3)
        rows.writerow([name, *money, today])
    head = f"[case]\nname = '{title}'\ncurrency = \"EUR\"\ndiscount_rate = 0.1\n"
    (folder / "segments.csv").write_text(text.getvalue(), encoding="utf-8")
    (folder / "tiers.csv").write_text(TIERS.format(least=least), encoding="utf-8")
    (folder / "case.toml").write_text(head + settings, encoding="utf-8")
    if loses:
        (folder / "response.csv").write_text(RESPONSE, encoding="utf-8")
    return load_case(folder)


def examples_of_one_period() -> list[str]:
    """Shipped examples that are not over periods, by name."""
    return [name for name, path in examples().items() if not load_case(path).has_periods]
