"""Page, workbook, comparison and app of a plan that was chosen for its futures say for what."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from slopt.app.headline import top_sentences
from slopt.app.knobs import knobs_of
from slopt.app.moves import moves_of
from slopt.app.session import Session
from slopt.app.state import Reply, State
from slopt.app.view import View
from slopt.case.amounts import Amount
from slopt.case.load import load_case
from slopt.engine.in_futures import InFutures, in_futures
from slopt.engine.reporting import Dossier
from slopt.engine.solving import solve_case
from slopt.problem.build import build_problem
from slopt.report.compare_screen import compare_lines
from slopt.report.language import Language
from slopt.report.page.decision import decision_of
from slopt.report.page.if_wrong import if_wrong
from slopt.shipped import examples
from slopt.study.compare.causes import Cause
from slopt.study.compare.comparison import compare_sides
from slopt.study.compare.side import SideKind, side_of_plan
from slopt.study.risk.side_by_side import Kind
from slopt.vocabulary import Lang, RiskMeasure, Sampling

_ = Language(Lang.EN)


def clinics(measure: RiskMeasure | None = None):
    """The example whose futures are listed and whose van hours can be reserved."""
    case = load_case(examples()["clinic_supplies"])
    risk = replace(case.settings.risk, measure=measure, sampling=Sampling.LISTED)
    return case.replace(settings=replace(case.settings, risk=risk))


@pytest.fixture(scope="module")
def plans():
    """The plan at own numbers, and the one for the worst tenth."""
    return tuple(solve_case(clinics(measure)).plan for measure in (None, RiskMeasure.CVAR))


@pytest.fixture(scope="module")
def dossier(plans) -> Dossier:
    """What a report of the latter is made of."""
    found = in_futures(plans[1])
    assert isinstance(found, InFutures)
    return Dossier(plans[1], datetime(2026, 11, 22), futures=found)


def test_page_one_says_what_the_plan_was_chosen_for_and_what_it_reserves(dossier):
    """Nowhere is it called the plan of least total cost, nor proven best at own numbers."""
    decision = decision_of(dossier, _)
    assert decision.lede.startswith("Chosen for the worst 10 % of 4 futures")
    assert "Reserve 677 extra units of van hours for 6,091" in decision.lede
    assert "least total cost" not in decision.lede
    total, by_aim = (row for row in decision.totals if row.kind == "total")
    assert total.note == "at the case's own numbers"
    assert by_aim.note == "what the plan makes least"
    assert (by_aim.today, by_aim.plan) == ("882.2", "735.4")
    assert "with the reserve the total is 593.9 k EUR" in decision.with_reserve
    proof = decision.tiles[0]
    assert proof.title == "Proven best over its futures"
    assert "at the case's own numbers another may be better" in proof.text


def test_a_plan_at_own_numbers_is_told_as_ever(plans):
    """It is made for its goal, and proven best by it."""
    decision = decision_of(Dossier(plans[0], datetime(2026, 11, 22)), _)
    assert decision.lede.startswith("The plan is made for least total cost.")
    assert decision.with_reserve == ""
    assert [row.note for row in decision.totals if row.kind == "total"] == [
        "what the plan makes least"
    ]
    assert decision.tiles[0].title == "Proven best"


@pytest.mark.parametrize("measure", list(RiskMeasure))
@pytest.mark.parametrize("lang", list(Lang))
def test_every_measure_has_its_words_on_page_one(measure, lang):
    """The row of the total has what the plan is best at, in both languages."""
    plan = solve_case(clinics(measure)).plan
    assert plan is not None
    decision = decision_of(Dossier(plan, datetime(2026, 11, 22)), Language(lang))
    rows = [row for row in decision.totals if row.kind == "total"]
    assert len(rows) == 2
    assert rows[1].plan != ""


def test_the_part_on_futures_has_the_reserve_in_all_its_figures(dossier):
    """Own numbers with the reserve lie within the band of futures of which they are one."""
    said = if_wrong(dossier, _)
    assert said is not None
    total = next(row for row in said.bands if row.kind == "total")
    assert (total.own, total.band) == ("593.9", "593.9–735.4")


def test_a_small_page_has_the_plans_of_slopt_risk_and_others_say_what_is_left_out(
    dossier, plans, monkeypatch
):
    """Least regret is among them; where the time does not do, one sentence says so."""
    assert dossier.futures is not None
    assert dossier.futures.plans.beside.plan(Kind.REGRET) is not None
    assert len(dossier.futures.plans.beside.safe) == 6
    assert not any("left out" in said for said in if_wrong(dossier, _).same)
    monkeypatch.setattr("slopt.engine.in_futures.MOST_IN_HINDSIGHT", 0)
    found = in_futures(plans[1])
    assert isinstance(found, InFutures)
    said = if_wrong(replace(dossier, futures=found), _)
    assert said is not None
    assert any("The plan of least regret is left out here" in text for text in said.same)


def test_the_workbook_says_what_the_plan_was_chosen_for(dossier):
    """Its first sheet has the aim, the reserve and the total with it."""
    openpyxl = pytest.importorskip("openpyxl")
    from slopt.report.workbook.build import workbook_bytes

    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(dossier, _)))
    texts = [str(cell.value) for row in book.worksheets[0].rows for cell in row if cell.value]
    whole = " ".join(texts)
    assert "Chosen for the worst 10 % of 4 futures" in whole
    assert "Reserve 677 extra units of van hours" in whole
    assert "with the reserve the total is 593.9 k EUR" in whole
    assert "least total cost" not in whole


def test_a_comparison_names_what_plans_were_chosen_for_where_that_differs(plans):
    """What differs is the aim: no move is too close to tell, and none is without a cause."""
    a, b = (
        side_of_plan(name, its, SideKind.RECORDED) for name, its in zip("ab", plans, strict=True)
    )
    for one, two in ((a, b), (b, a)):
        found = compare_sides(one, two)
        assert {move.causes for move in found.moves} == {(Cause.AIM,)}
        text = " ".join(line.plain for line in compare_lines(found, 400))
        assert "was chosen at the case's own numbers." in text
        assert "was chosen for the worst 10 % of its futures." in text
        assert "reserves 677 extra units of van hours" in text
        assert "close to tell" not in text
    same = compare_sides(a, a)
    assert "was chosen" not in " ".join(line.plain for line in compare_lines(same, 400))


def test_the_app_tells_the_reserve_and_its_moves_add_up():
    """The sentences name it, and the last row of moves is the change of the total."""
    session = Session(clinics())
    reply = session.reply(State().with_amount("risk.measure", Amount("cvar")))
    assert isinstance(reply, Reply)
    problem = build_problem(session.case)
    view = View(session.case, _, knobs_of(session.case, problem), problem.admissible)
    said = top_sentences(view, reply, "today")[1]
    assert "It reserves 677 extra units of van hours" in said
    assert "Proven best by what it is best at" in said
    shown = moves_of(view, reply, State(), frozenset())
    assert reply.plan is not None
    assert reply.today is not None
    change = reply.plan.total_cost - reply.today.total_cost
    assert float(shown.foot[3].replace("−", "-").replace(",", "")) == pytest.approx(change, abs=1)
    assert shown.shared is not None
    assert shown.shared[0] == "open tiers, extra units, shared prospects"
    assert np.isfinite(change)
