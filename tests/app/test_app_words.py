"""What the page says of a plan, without the page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from slopt.app.disk import stamp_of
from slopt.app.headline import top_sentences
from slopt.app.knobs import knobs_of
from slopt.app.labels import Labels
from slopt.app.moves import moves_of
from slopt.app.pictures import level_note
from slopt.app.session import Session
from slopt.app.state import Reply, State
from slopt.app.view import View
from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.problem.build import build_problem
from slopt.report.language import Language
from slopt.shipped import examples
from slopt.vocabulary import Goal, Lang

OTHER = State({"limits.budget": Amount(8_700_000.0)})


def deliveries(goal: Goal) -> PlanningCase:
    """The deliveries with another goal."""
    case = load_case(examples()["scms_deliveries"])
    return case.replace(
        settings=replace(case.settings, plan=replace(case.settings.plan, goal=goal))
    )


def view_of(case: PlanningCase, lang: Lang = Lang.EN) -> View:
    """What says the answers of a case."""
    problem = build_problem(case)
    return View(case, Language(lang), knobs_of(case, problem), problem.admissible)


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (Goal.MIN_TOTAL_COST, r"The total is .* higher than in the plan\."),
        (Goal.MIN_LOST_SALES, r".* more expected .* than in the plan\."),
        (Goal.MAX_SERVICE, r"The .* is [\d.]+ points lower than in the plan\."),
    ],
)
def test_the_first_sentence_is_about_what_the_goal_asks_for(goal, said):
    """A plan for the highest level is told by its level, one for lost sales by them."""
    case = deliveries(goal)
    reply = Session(case).reply(OTHER)
    assert isinstance(reply, Reply)
    first, _rest = top_sentences(view_of(case), reply, "the plan")
    assert re.fullmatch(said, first)


def test_totals_are_the_same_only_where_they_are(solved):
    """A difference of a thousandth of a percent is a difference, and is told."""
    case = deliveries(Goal.MIN_TOTAL_COST)
    reply = Session(case).reply(OTHER)
    assert isinstance(reply, Reply)
    view = view_of(case)
    near = replace(reply.plan, total_cost=reply.plan.total_cost * (1 + 1e-5))
    assert top_sentences(view, replace(reply, saved=near), "it")[0].startswith("The total is ")
    same = replace(reply, saved=reply.plan)
    assert top_sentences(view, same, "it")[0] == "Same total as it."


def test_a_limit_that_cannot_be_kept_is_named_in_the_language_of_the_page():
    """The reason has words of the language for limits that slopt names."""
    case = deliveries(Goal.MIN_TOTAL_COST)
    reply = Session(case).reply(State({"limits.budget": Amount(1.0)}))
    assert isinstance(reply, Reply)
    view = view_of(case, Lang.ZH)
    _first, rest = top_sentences(view, reply, "")
    assert "预算" in rest
    assert not re.search("[a-z]{3}", rest)
    assert moves_of(view, reply, State(), frozenset()).foot[1:] == ("–", "–", "–")


def test_a_chart_that_is_not_drawn_yet_has_a_whole_sentence():
    """Its caption has no unit before there is one."""
    note = level_note(view_of(deliveries(Goal.MIN_TOTAL_COST)), None, None)
    assert note == "Least total at each level, whatever the budget."


def test_the_levels_of_two_tiers_are_never_shown_as_one(tmp_path):
    """A level of 99.5 % keeps its half, and is not shown as 100 %."""
    for path in examples()["tiny"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tiers = (tmp_path / "tiers.csv").read_text(encoding="utf-8")
    changed = re.sub(r"0\.9\d*", "0.995", tiers)
    (tmp_path / "tiers.csv").write_text(changed, encoding="utf-8")
    case = load_case(tmp_path)
    reply = Session(case).reply(State())
    assert isinstance(reply, Reply)
    shown = moves_of(view_of(case), reply, State(), frozenset(range(len(case.segments))))
    assert any("99.5" in row.level for row in shown.rows)


def test_a_label_goes_out_of_the_way_of_texts_and_curves():
    """Beside a curve it stands on the free side; over another text it does not stand at all."""
    labels = Labels(0.0, 400.0)
    labels.pass_by([(100.0, 100.0), (200.0, 90.0)])
    below = labels.place("this plan", 100.0, 100.0)
    assert float(re.search(r'y="([\d.]+)"', below)[1]) > 100
    full = Labels(0.0, 400.0)
    full.take(0.0, 0.0, 400.0, 300.0)
    assert full.place("this plan", 100.0, 100.0) == ""


def test_a_case_that_changes_has_another_stamp(tmp_path):
    """A written, added or deleted table changes it; runs that are saved beside the case do not."""
    (tmp_path / "tiers.csv").write_text("tier\n", encoding="utf-8")
    stamps = [stamp_of(tmp_path)]
    (tmp_path / "slopt_runs.sqlite").write_text("runs", encoding="utf-8")
    assert stamp_of(tmp_path) == stamps[0]
    (tmp_path / "tiers.csv").write_text("tier\nx\n", encoding="utf-8")
    stamps.append(stamp_of(tmp_path))
    (tmp_path / "rules.csv").write_text("rule\n", encoding="utf-8")
    stamps.append(stamp_of(tmp_path))
    (tmp_path / "tiers.csv").unlink()
    stamps.append(stamp_of(tmp_path))
    assert len(set(stamps)) == len(stamps)
    assert stamp_of(tmp_path / "rules.csv") != stamp_of(tmp_path / "none.xlsx")
