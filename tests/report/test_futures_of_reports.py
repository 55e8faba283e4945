"""The part of a report on futures: the plan itself among others, found fast, or said why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from slopt.app.risk_choice import why_no_bands
from slopt.case.load import load_case
from slopt.engine import in_futures as futures_of_reports
from slopt.engine.in_futures import InFutures, LeftOut, in_futures, is_too_large
from slopt.engine.reporting import Dossier
from slopt.engine.solving import solve_case
from slopt.report.language import Language
from slopt.report.page.basis import basis_of
from slopt.report.risk_segment_lines import undecided
from slopt.shipped import examples
from slopt.study.risk.side_by_side import Kind, SegmentBeside
from slopt.vocabulary import Lang, RiskMeasure


def plan_of(measure: RiskMeasure | None = None, name: str = "scms_deliveries", samples: int = 40):
    """The plan of an example, for its futures where a measure is given."""
    case = load_case(examples()[name])
    risk = replace(case.settings.risk, measure=measure, samples=samples)
    plan = solve_case(case.replace(settings=replace(case.settings, risk=risk))).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    ("measure", "kind"),
    [
        (None, Kind.OWN),
        (RiskMeasure.CVAR, Kind.CVAR),
        (RiskMeasure.ROBUST, Kind.ROBUST),
        (RiskMeasure.REGRET, Kind.REGRET),
    ],
)
def test_the_plan_of_a_report_is_itself_one_of_those_side_by_side(measure, kind) -> None:
    """It is not looked for again, with less time: the very plan stands there."""
    plan = plan_of(measure)
    found = in_futures(plan)
    assert isinstance(found, InFutures)
    its = found.plans.beside.plan(kind)
    assert found.plans.recommended is kind
    assert its.choice is plan.choice
    assert its.found.gap == plan.gap
    assert np.array_equal(found.study.plan.choice, plan.choice)


def test_the_plans_of_a_report_are_found_by_prices_and_proven(monkeypatch) -> None:
    """No program over all futures is stated, and every plan lies within the gap of the case."""

    def stated(*_):
        raise AssertionError("a program was stated")

    plan = plan_of()
    monkeypatch.setattr("slopt.solve.risk.dispatch.solve_by_model", stated)
    found = in_futures(plan)
    assert isinstance(found, InFutures)
    gaps = {one.kind: one.found.gap for one in found.plans.beside.chosen}
    assert {Kind.MEAN, Kind.CVAR, Kind.ROBUST} <= set(gaps)
    assert max(gaps.values()) <= plan.case.settings.solve.gap


@pytest.mark.parametrize("lang", list(Lang))
def test_a_case_that_is_too_large_says_so_on_its_page(monkeypatch, lang) -> None:
    """One sentence in place of the part, on the page and in the app, which name what can."""
    plan = plan_of()
    pairs = plan.problem.barred.size
    monkeypatch.setattr(futures_of_reports, "MOST_FIGURES", 40 * pairs)
    assert not is_too_large(plan.case, pairs)
    monkeypatch.setattr(futures_of_reports, "MOST_FIGURES", 40 * pairs - 1)
    left = in_futures(plan)
    assert isinstance(left, LeftOut)
    dossier = Dossier(plan, datetime(2026, 11, 22), no_futures=left.why)
    said = basis_of(dossier, Language(lang)).no_futures
    assert "slopt risk" in said
    assert "40" in said
    assert why_no_bands(plan.case, Language(lang)) == ""
    monkeypatch.setattr("slopt.app.risk_choice.MOST_PRICED", 40 * pairs - 1)
    assert "slopt risk" in why_no_bands(plan.case, Language(lang))


def test_only_cases_with_uncertain_numbers_say_why_there_are_no_futures() -> None:
    """One whose numbers are sure has no sentence; one with levels has, and it is no refusal."""
    assert in_futures(plan_of(name="tiny")) is None
    assert isinstance(in_futures(plan_of(name="kitchen_service")), LeftOut)


@pytest.mark.parametrize(
    ("at_stake", "has_inputs", "said"),
    [
        (1.0, True, "several inputs together"),
        (1.0, False, "which scenario comes"),
        (0.0, False, "what the plan is for"),
    ],
)
def test_where_only_scenarios_are_uncertain_segments_hang_on_them(
    at_stake, has_inputs, said
) -> None:
    """There is no input then that could decide, alone or with others."""
    one = SegmentBeside(0, (0, 1), at_stake)
    assert undecided(one, has_inputs, Language(Lang.EN)) == said
