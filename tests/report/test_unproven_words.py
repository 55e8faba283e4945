"""What is said of plans that are not proven, and of those of which nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.no_plan_screen import no_plan_lines
from slopt.report.page.tiles import tiles_of
from slopt.report.sureness import proof_sentence
from slopt.vocabulary import Lang, Status


def unproven(plan, bound, status=Status.FEASIBLE):
    """The plan as it would be had no proof been found."""
    return replace(
        plan, bound=bound, certificate=None, outcome=replace(plan.outcome, status=status)
    )


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("status", [Status.FEASIBLE, Status.INTERRUPTED])
@pytest.mark.parametrize("name", ["tiny", "bakery_rounds"])
def test_without_a_bound_no_distance_is_told(solved, name, status, lang):
    """A sentence says that it is not known; no figure and no `unknown` stand in its place."""
    plan = unproven(solved(name).plan, None, status)
    _ = Language(lang)
    said = proof_sentence(plan, _)
    told = tiles_of(Dossier(plan=plan, made=datetime(2026, 11, 22)), _)[0].text
    for text in (said, told):
        assert "unknown" not in text
        assert "At most" not in text
        assert "at most" not in text
    if lang is Lang.EN:
        assert "is not known" in said
        assert "is not known" in told


def test_time_that_was_left_is_not_said_to_be_over(solved):
    """Where no more offers would prove it nearer, the gap asked for is named and no time."""
    plan = solved("bakery_rounds").plan
    plan = unproven(plan, plan.objective * 0.97)
    said = proof_sentence(plan, Language())
    assert said.startswith("Best found, not proven to the gap asked for (0.01 %): at most 3.00 %")
    assert "within" not in said
    told = tiles_of(Dossier(plan=plan, made=datetime(2026, 11, 22)), Language())[0].text
    assert "time" not in told


@pytest.mark.parametrize(("seconds", "blames_time"), [(5.7, False), (60.0, True)])
def test_time_is_blamed_only_where_it_was_used_up(solved, seconds, blames_time):
    """A search that ended by itself is not told to need more time."""
    found = solved("tiny")
    problem, outcome = found.plan.problem, found.plan.outcome
    outcome = replace(outcome, status=Status.NO_PLAN, choice=None, objective=None, seconds=seconds)
    lines = no_plan_lines(found.plan.case, problem, outcome, 200)
    said = " ".join(line.plain for line in lines)
    assert ("Give it more time" in said) is blames_time
    assert "proven" in said
    if not blames_time:
        assert "slopt diagnose" in said
        assert "60 s" not in said
