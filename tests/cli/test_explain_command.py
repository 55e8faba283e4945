"""`slopt explain`: the whole plan, one segment, limits, rules, wishes; documents and files."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

TABLES = {"explanation_segments.csv", "explanation_limits.csv", "explanation_rules.csv"}


def rows_of(path: Path) -> list[dict[str, str]]:
    """A table that was written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_whole_plan_of_tiny_by_hand(slopt: Slopt) -> None:
    """The list of all combinations in SOURCE.md: 1,500 more saves 2,000, no budget at all 3,000."""
    document = slopt("explain", "tiny", "--json").json
    (budget,) = document["limits"]
    assert (budget["next_step"], budget["next_gain"]) == pytest.approx((1500, 2000))
    assert budget["costs"] == pytest.approx(3000)
    assert budget["best_range"] == {"from": 11500, "to": pytest.approx(13000), "within": 0}
    assert (document["rules"], document["why_not"], document["is_complete"]) == ([], None, True)
    key = document["segments"][0]
    assert (key["tier"], key["next_best"], key["cheapest_tier"]) == ("premium", "standard", "basic")
    assert key["service_cost_against_today"] == pytest.approx(3000)
    assert key["lost_sales_against_cheapest"] == pytest.approx(5875 - 22000)
    assert key["in_words"].startswith("key: premium, was standard. Next best is standard")


def test_the_trade_off_of_the_plan_is_drawn_and_in_the_document(slopt: Slopt) -> None:
    """Without a question the curve by level is there, with all budgets: none is below its least."""
    ran = slopt("explain", "tiny", "--json")
    curve = ran.json["by_level"]
    levels = [point["service_level"] for point in curve]
    assert levels == sorted(levels)
    assert min(point["total_cost"] for point in curve) <= ran.json["objective"]
    out = slopt("explain", "tiny").out
    assert all(sign in out for sign in ("●", "least", "service level, %", "█ service cost, booked"))
    assert slopt("explain", "tiny", "small", "--json").json["by_level"] is None


def test_one_segment_has_its_offers_as_bars_at_every_width(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the table where there is room, else below it."""
    for width in ("40", "80", "120"):
        monkeypatch.setenv("COLUMNS", width)
        out = slopt("explain", "tiny", "small").out
        assert sum("█░" in line for line in out.splitlines()) == 3


def test_the_next_units_of_a_limit_are_those_asked_for(slopt: Slopt) -> None:
    """13,000 is the first budget that helps: 1,499 more gains nothing, 1,500 more 2,000."""
    ran = slopt("explain", "tiny", "--next", "budget=1499", "--next", "budget=1500", "--json")
    (budget,) = ran.json["limits"]
    gains = {units["units"]: units["gains"] for units in budget["next_units"]}
    assert gains == pytest.approx({1499: 0, 1500: 2000})
    assert ran.json["segments"] is None
    out = slopt("explain", "tiny", "--next", "budget=1500").out
    assert "1,500 more saves 2,000" in out


def test_a_wish_shows_who_pays(slopt: Slopt) -> None:
    """small in basic: 625 worse, key and regular move (37,000 in the list of SOURCE.md)."""
    ran = slopt("explain", "tiny", "--why-not", "small=basic", "--json")
    wish = ran.json["why_not"]
    assert ran.code == 0
    assert wish["costs"] == pytest.approx(625)
    assert {move["segment"] for move in wish["moves"]} == {"key", "regular", "small"}
    assert sum(wish["parts"].values()) == pytest.approx(625)
    out = " ".join(slopt("explain", "tiny", "--why-not", "small=basic").out.split())
    assert "625 EUR a year worse, and 2 other segments would move for it." in out


def test_a_wish_that_cannot_be_names_what_stands_against_it(slopt: Slopt) -> None:
    """Two premium segments cost more than the budget; the answer is an answer, exit code 0."""
    words = ("explain", "tiny", "--why-not", "regular=premium", "--why-not", "small=premium")
    ran = slopt(*words, "--json")
    assert (ran.code, ran.json["why_not"]["against"]) == (0, ["budget"])
    assert "With it this cannot be kept" in slopt(*words).out


def test_rules_and_contracts_of_the_distributor(slopt: Slopt) -> None:
    """Every rule and contract has its line in the table; the soft one costs its penalty."""
    document = slopt("explain", "parts_distributor", "--rules", "--json").json
    costs = {rule["rule"]: rule["costs"] for rule in document["rules"]}
    assert {"R1", "R2", "R3", "R4", "R5", "R6", "fixed_tier[WATER-U]"} <= set(costs)
    assert costs["R6"] == pytest.approx(17277.21, abs=0.01)
    assert document["limits"] is None
    assert "Soft rule R6 is broken" in slopt("explain", "parts_distributor", "--rules").out


def test_files_hold_what_was_asked_and_no_more(slopt: Slopt, tmp_path: Path) -> None:
    """All tables of the whole plan; of a question alone its own, and those of before are gone."""
    assert slopt("explain", "tiny", "--out", tmp_path).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"explanation.json", *TABLES}
    segments = rows_of(tmp_path / "explanation_segments.csv")
    assert [row["segment"] for row in segments] == ["key", "regular", "small"]
    assert float(segments[0]["next_best_costs"]) == pytest.approx(625)
    limits = rows_of(tmp_path / "explanation_limits.csv")
    assert [row["limit"] for row in limits] == ["budget"] * 3
    assert slopt("explain", "tiny", "--why-not", "key=basic", "--out", tmp_path).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"explanation.json"}
    assert slopt("explain", "tiny", "--set", "limits.budget=1", "--out", tmp_path).code == 4
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--why-not", "key=gold"), 'no tier "gold"'),
        (("--why-not", "kee=basic"), 'no segment "kee"'),
        (("--why-not", "key"), "SEGMENT=TIER"),
        (("--next", "hours=5"), "budget"),
        (("--next", "budget=-5"), "above 0"),
        (("kee",), 'no segment "kee"'),
    ],
)
def test_what_is_not_known_is_refused_before_anything_is_solved(
    slopt: Slopt, words: tuple[str, ...], hint: str
) -> None:
    """Exit code 2, one message with what is known, nothing on standard output."""
    ran = slopt("explain", "tiny", *words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


@pytest.mark.parametrize("width", ["80", "60"])
@pytest.mark.parametrize(
    "words",
    [
        ("parts_distributor", "--limits", "--rules", "--set", "plan.goal=max_service"),
        ("scms_deliveries", "--why-not", "Rwanda=air"),
        ("pump_maker",),
    ],
)
def test_no_explanation_is_wider_than_its_terminal(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], width: str
) -> None:
    """Lines are at most as wide as COLUMNS says."""
    monkeypatch.setenv("COLUMNS", width)
    ran = slopt("explain", *words)
    assert ran.code == 0
    assert max(len(line) for line in ran.out.splitlines()) <= int(width)


def test_what_there_was_no_time_for_is_told(slopt: Slopt, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan stands, no question was begun: exit code 5, and nothing is said to be known."""
    monkeypatch.setattr("slopt.study.anew.LEAST_S", 1e9)
    ran = slopt("explain", "tiny", "--limits")
    assert ran.code == 5
    assert "budget: not all of its next units were solved." in ran.out
    assert "Time was over" in ran.out


def test_ctrl_c_shows_what_was_solved(slopt: Slopt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted at the second question: the first answer is printed, exit code 130."""
    from slopt.study import explain_rules

    solve, asked = explain_rules.best_plan, []

    def best_plan(*arguments):
        asked.append(arguments)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return solve(*arguments)

    monkeypatch.setattr(explain_rules, "best_plan", best_plan)
    ran = slopt("explain", "parts_distributor", "--rules", "--json")
    assert ran.code == 130
    known = [rule["rule"] for rule in ran.json["rules"] if rule["costs"] is not None]
    assert (known, ran.json["is_complete"]) == (["R1"], False)
    assert json.dumps(ran.json)


def test_a_forbidden_tier_with_figures_has_its_line_and_its_reason(
    slopt: Slopt, tmp_path: Path
) -> None:
    """What it would cost is known, so it stands with the others, and why it is not offered."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    offers = "segment,tier,allowed\nkey,premium,false\n"
    (case / "offers.csv").write_text(offers, encoding="utf-8")
    out = slopt("explain", case, "key").out
    assert "premium: may not be offered." in out
    assert any(line.strip().startswith("premium ") for line in out.splitlines())


def test_more_of_a_limit_that_does_not_bind_gains_nothing(slopt: Slopt) -> None:
    """An amount that was asked for is answered also where the limit holds nothing back."""
    ran = slopt("explain", "tiny", "--set", "limits.budget=90000", "--next", "budget=10000")
    assert "budget: 10 k more gains nothing." in ran.out
