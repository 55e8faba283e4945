"""The figures of the page: units, sums, levels, penalties and names are those of the plan."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from small_cases import small_case

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.engine import reporting
from slopt.engine.reporting import Dossier, dossier_of
from slopt.report.language import Language
from slopt.report.numbers import level_decimals, percent, unit_for_rows, unit_for_totals
from slopt.report.page.assumptions import assumptions_of
from slopt.report.page.basis import PlanRow, _columns
from slopt.report.page.curves import frontier_chart, level_chart
from slopt.report.page.decision import decision_of
from slopt.report.page.render import page_html
from slopt.report.page.tiles import tiles_of
from slopt.report.page.why import why_of
from slopt.vocabulary import Lang

MADE = dt.datetime(2026, 11, 21, 12)
ENGLISH, CHINESE = Language(), Language(Lang.ZH)
SEGMENTS = [f"s{place}" for place in range(6)]


def dossier(case: PlanningCase) -> Dossier:
    """All that a page says of a case that has a plan."""
    found = dossier_of(case, MADE)
    assert isinstance(found, Dossier)
    return found


def amount(text: str) -> float:
    """The number that a cell shows."""
    return float(text.replace(",", "").replace("−", "-").removesuffix("%"))


def changed(folder: Path, table: str, **columns: object) -> PlanningCase:
    """The case of a folder, with columns of a table set to a value, or to one for each row."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, given in columns.items():
        for place, row in enumerate(rows):
            row[name] = given[place] if isinstance(given, list) else given
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return load_case(folder)


@pytest.mark.parametrize("size", [1e-6, 1.0, 40.0, 1e9])
def test_a_curve_is_drawn_in_the_unit_of_its_caption(tmp_path: Path, size: float) -> None:
    """Rows, axes and heads of a curve are plans divided by the unit that its caption names."""
    small_case(tmp_path, SEGMENTS)
    changed(tmp_path, "tiers", cost_per_order=[10 * size, 20 * size, 30 * size])
    revenue = [size * (200 + place % 9 * 40) for place in range(6)]
    found = dossier(changed(tmp_path, "segments", revenue_per_order=revenue))
    by_level, frontier = level_chart(found, ENGLISH), frontier_chart(found, ENGLISH)
    assert by_level is not None
    assert frontier is not None
    assert found.by_budget is not None
    sizes = {"tn": 1e12, "bn": 1e9, "M": 1e6, "k": 1e3}
    least = min(plan.total_cost for plan in found.by_level)
    scale = sizes.get(by_level.unit.split()[0], 1.0)
    assert min(row["total"] for row in by_level.chart.rows) * scale == pytest.approx(least)
    scale = sizes.get(frontier.unit.split()[0], 1.0)
    costs = [its.evaluation.service_cost for its in found.by_budget.points if its.evaluation]
    assert min(row["booked"] for row in frontier.chart.rows) * scale == pytest.approx(min(costs))
    for curve in (by_level, frontier):
        money = [head for key, head in curve.chart.heads if key != "level"]
        assert money
        assert all(head.endswith(curve.unit) for head in money)
        assert curve.unit in curve.chart.alt
    assert f"{by_level.unit}. Least total" in page_html(found, ENGLISH)


def test_broken_soft_rules_and_their_penalties_are_on_page_one(tmp_path: Path) -> None:
    """Which rule, by how much, what it counts; the total is then not what the plan makes least."""
    small_case(tmp_path, SEGMENTS)
    rules = "rule,kind,segment,value,penalty\nno money,max_service_cost,s0,1,0.01\n"
    (tmp_path / "rules.csv").write_text(rules, encoding="utf-8")
    found = dossier(load_case(tmp_path))
    plan, shown = found.plan.evaluation, decision_of(found, ENGLISH)
    assert len(shown.soft_rules_broken) == 1
    assert "no money" in shown.soft_rules_broken[0]
    by_name = {row.name: row for row in shown.totals}
    assert by_name["Total"].note == ""
    whole = by_name["Total with penalties"]
    assert whole.note == "what the plan makes least"
    parts = amount(by_name["Total"].plan) + amount(by_name["Penalties of broken soft rules"].plan)
    assert amount(whole.plan) == pytest.approx(parts, rel=1e-3)
    assert plan.objective == pytest.approx(plan.total_cost + plan.penalties)
    assert "It breaks 1 soft rule." in shown.lede
    assert "no money" not in shown.lede
    assert shown.soft_rules_broken[0] in page_html(found, ENGLISH)


def test_segments_are_shown_by_their_names(tmp_path: Path) -> None:
    """The name where there is one, with the id where two share it, else the id."""
    small_case(tmp_path, SEGMENTS[:4])
    found = dossier(changed(tmp_path, "segments", name=["Acme", "Twin", "Twin", ""]))
    assert found.names == ("Acme", "Twin (s1)", "Twin (s2)", "s3")
    page = page_html(found, ENGLISH)
    for name in found.names:
        assert f">{name}<" in page
    assert 'title="s0">Acme' in page


def test_page_three_has_the_values_of_what_lost_sales_rest_on(tmp_path: Path) -> None:
    """Shares in percent, ranges over segments, in words, assumed or with their source."""
    small_case(tmp_path, SEGMENTS)
    sources = "table,column,kind,low,high,source\nsegments,margin,measured,0.25,0.35,books\n"
    (tmp_path / "sources.csv").write_text(sources, encoding="utf-8")
    rows = {row.name: row for row in assumptions_of(dossier(load_case(tmp_path)), ENGLISH)}
    assert rows["orders lost when served badly"].value == "50 %"
    assert rows["orders lost when served badly"].kind == "assumed"
    assert rows["customers who leave after a failure"].value == "5 %"
    assert rows["discount rate"].value == "10 %"
    assert rows["customers"].value == "100 to 135"
    margin = rows["contribution margin"]
    assert (margin.value, margin.kind, margin.span) == ("30 %", "measured", "25 to 35 %")
    assert not any("_" in name for name in rows)


def test_the_sum_of_the_moves_is_the_change_of_the_totals(tmp_path: Path) -> None:
    """What opening tiers costs has a line of its own, so that moves and it add up."""
    small_case(tmp_path, SEGMENTS)
    found = dossier(changed(tmp_path, "tiers", open_cost=[0, 900, 900]))
    shown, plan = decision_of(found, ENGLISH), found.plan
    assert plan.current is not None
    assert shown.moves_sum is not None
    assert shown.moves[-1].segment == "open tiers, extra units, shared prospects"
    change = plan.evaluation.service_cost - plan.current.service_cost
    assert amount(shown.moves_sum[1]) == pytest.approx(change, abs=1)
    assert sum(amount(row.cost) for row in shown.moves) == pytest.approx(change, abs=5)
    assert amount(shown.moves_sum[3]) == pytest.approx(
        plan.evaluation.total_cost - plan.current.total_cost, abs=1
    )


@pytest.mark.parametrize(
    ("menu", "shown"),
    [
        ([0.85, 0.92, 0.97, 0.995], ["85.0", "92.0", "97.0", "99.5"]),
        ([0.97, 0.985], ["97.0", "98.5"]),
        ([0.9, 0.99, 1.0], ["90", "99", "100"]),
        ([0.99, 0.9995, 0.9999], ["99.00", "99.95", "99.99"]),
        ([0.8934, 0.9122, 0.77], ["89", "91", "77"]),
    ],
)
def test_levels_of_a_menu_stand_apart_and_none_becomes_all(
    menu: list[float], shown: list[str]
) -> None:
    """99.5 % is not 100 %; estimated levels get no more digits than they need."""
    places = level_decimals(menu)
    assert [percent(level, places) for level in menu] == shown


def test_only_an_equal_plan_is_called_equal(tmp_path: Path) -> None:
    """A plan that is a little worse is told by what it costs; twins of the same cost are equal."""
    found = dossier(small_case(tmp_path, SEGMENTS))
    assert any(
        re.match(r"A plan that costs .* more", tile.title) for tile in tiles_of(found, ENGLISH)
    )
    near = found.explained[0]
    options = [replace(its, plan=0.0) for its in near.alternatives]
    equal = replace(found, explained=(replace(near, alternatives=tuple(options)),))
    assert "An equal plan" in [tile.title for tile in tiles_of(equal, ENGLISH)]


def test_a_first_plan_says_on_page_one_who_has_which_tier(tmp_path: Path) -> None:
    """Without tiers of today there is a row a tier, whose counts and money add up to the plan's."""
    found = dossier(small_case(tmp_path, SEGMENTS, today=""))
    shown = decision_of(found, ENGLISH)
    assert shown.menu_sum is not None
    assert sum(int(row.segments) for row in shown.menu if row.segments) == len(SEGMENTS)
    total = sum(amount(row.total) for row in shown.menu)
    assert total == pytest.approx(amount(shown.menu_sum.total), abs=0.5)
    assert "The plan by tier" in page_html(found, ENGLISH)


def test_the_whole_plan_has_as_many_columns_as_its_words_leave_room_for() -> None:
    """Short rows stand in three columns, long words in fewer, a few rows in one."""
    heads = ("Service cost", "Lost sales")

    def rows(count: int, name: str, tier: str, cost: str) -> tuple[PlanRow, ...]:
        return (PlanRow(name, name, tier, "95", cost, "12", False, False),) * count

    assert _columns(rows(30, "Kenya", "Air", "77"), heads) == 3
    assert _columns(rows(1, "Kenya", "Air", "77"), heads) == 1
    assert _columns(rows(30, "W" * 24, "Standard road", "77"), heads) < 3
    assert _columns(rows(30, "W" * 24, "W" * 12, "123,456,789,012"), heads) == 1


def test_a_single_segment_shows_both_discs_where_today_is_the_plan(tmp_path: Path) -> None:
    """The tier of today and of the plan has the marks of both; opening costs are mentioned."""
    small_case(tmp_path, ["s0"], today="A")
    changed(tmp_path, "segments", fixed_tier="A")
    page = page_html(dossier(changed(tmp_path, "tiers", open_cost=[0, 0, 1])), ENGLISH)
    assert re.search(r"●</span><span[^>]*>○</span>", page)
    assert "The cost of opening a tier is not in the bars." in page


def test_units_reach_from_millionths_to_thousands_of_trillions() -> None:
    """Small amounts keep three digits of the largest, large ones get a unit of their own."""
    assert unit_for_totals([2.6e15]).plain(2.6255e15) == "2,625.50"
    assert unit_for_totals([2.6e15]).prefix == "tn"
    assert unit_for_rows([3.9e14]).head("USD", "year") == "bn USD a year"
    assert unit_for_rows([0.594, 0.0013]).signed(-0.00131) == "−0.001"
    assert unit_for_totals([1.2e-7]).plain(1.234e-7) == "0.000000123"
    assert CHINESE.totals_unit([2.6e15]).prefix == "万亿"


def test_a_missing_curve_has_a_word_why(tmp_path: Path) -> None:
    """Where time ran out, the page says so, and which command draws the curve."""
    found = dossier(small_case(tmp_path, SEGMENTS))
    assert why_of(found, ENGLISH).missing == ""
    for without in ({"by_level": ()}, {"by_budget": None}, {"by_level": (), "by_budget": None}):
        assert "slopt" in why_of(replace(found, **without), ENGLISH).missing


def test_beyond_small_a_first_step_of_each_limit_is_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty segments by three tiers: the page says what more of the budget buys."""
    monkeypatch.setattr(reporting, "RELIEF_S", 60.0)
    names = [f"s{place}" for place in range(60)]
    settings = "[limits]\nbudget = 1300000\n"
    found = dossier(small_case(tmp_path, names, settings=settings))
    assert not found.problem.is_small
    limit = next(row for row in why_of(found, ENGLISH).limits if row.name == "budget")
    assert "more" in limit.buys
    assert "not solved" not in limit.buys


def test_no_line_of_the_headline_ends_between_number_and_unit(tmp_path: Path) -> None:
    """Spaces before k, M and the currency do not break."""
    page = page_html(dossier(small_case(tmp_path, SEGMENTS)), ENGLISH)
    headline = re.search(r"<h1>(.*?)</h1>", page)
    assert headline
    assert "\u00a0EUR" in headline[1]
    assert "0 of them have" not in page


def test_chinese_money_is_yuan_and_signs_stand_close() -> None:
    """CNY is 元; between two Chinese signs there is no blank, beside Latin words there is."""
    assert CHINESE.money_in(CHINESE.totals_unit([2e6]), 2e6, "CNY") == "200 万元"
    told = "{segment} by {tier} instead of {chosen}: the whole plan is {worse} worse."
    worse = CHINESE.money(4567, "CNY")
    said = CHINESE(told, segment="华东", tier="优先服务", chosen="gold", worse=worse)
    assert said.startswith("华东用优先服务而不用 gold")
    assert "4,567 元" in said
