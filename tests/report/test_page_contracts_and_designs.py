"""Contracts, customers who choose and designs of desks on the page of a report."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from slopt.engine.reporting import Dossier
from slopt.plan.promises import chosen, promised
from slopt.report.language import Language
from slopt.report.page.basis import basis_of
from slopt.report.page.contracts import MOST_ROWS, contracts_of
from slopt.report.page.decision import decision_of
from slopt.report.page.render import page_html
from slopt.vocabulary import Lang


@pytest.fixture
def dossier(solved):
    """What is quickly known of a shipped example: the plan, without curves."""

    def of(name: str) -> Dossier:
        return Dossier(plan=solved(name).plan, made=dt.datetime(2026, 11, 22, 9))

    return of


def words_of(page: str) -> str:
    """What a reader sees of a page, in a row."""
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_promises_stand_with_their_chance_of_breach(dossier):
    """Every promise of the plan, the dearest first; fees and penalties as solve tells them."""
    its = dossier("carrier_contracts")
    found = contracts_of(its, Language())
    rows = promised(its.case, its.problem, its.plan.choice)
    kept = sorted((r for r in rows if r.promised_share is not None), key=lambda r: -r.penalties)
    assert [row.segment for row in found.promises] == [r.segment for r in kept][:MOST_ROWS]
    assert found.promises[0].broken == "41.8 %"
    assert "less 39.18 k of fees, plus 4,325 of expected penalties" in found.net
    assert not found.taken
    page = words_of(page_html(its, Language()))
    assert "What was promised, and what that is expected to cost" in page
    assert "What customers choose for themselves" not in page


def test_those_who_choose_stand_with_what_they_would_take(dossier):
    """What each takes and pays, up to which price it stays, and what it takes then."""
    its = dossier("repair_menu")
    found = contracts_of(its, Language())
    rows = chosen(its.case, its.problem, its.plan.choice)
    assert [(row.segment, row.takes) for row in found.taken] == [(r.segment, r.tier) for r in rows]
    families = next(row for row in found.taken if row.segment == "Families")
    assert (families.pays, families.stays_up_to, families.then_takes) == ("85", "93", "basic 35")
    page = words_of(page_html(its, Language()))
    assert "Families plus 85 118 85 93 basic 35" in page
    assert "What fees bring" in page


def test_a_case_without_contracts_has_no_such_block(dossier):
    """Nothing is promised and nobody chooses: the page says nothing of it."""
    its = dossier("tiny")
    assert contracts_of(its, Language()) is None
    assert "promised" not in words_of(page_html(its, Language()))


@pytest.mark.parametrize("name", ["carrier_contracts", "repair_menu"])
def test_contracts_speak_chinese(dossier, name):
    """Every sentence of both blocks is in the catalogue."""
    page = words_of(page_html(dossier(name), Language(Lang.ZH)))
    for word in ("Chance of breach", "Stays up to", "What fees", "Service cost is net"):
        assert word not in page


def test_the_designs_of_a_desk_stand_on_page_one(dossier):
    """The plan's design first, being the best; callers that a desk serves have no level."""
    its = dossier("airline_calls")
    rows = decision_of(its, Language()).designs
    assert rows[0].is_plan
    assert [row.design for row in rows] == ["bookings first", "two groups", "all calls mixed"]
    assert rows[0].against == ""
    assert all(row.against.startswith("+") for row in rows[1:])
    assert {row.level for row in basis_of(its, Language()).plan if row.cost == "0"} == {""}
    page = words_of(page_html(its, Language()))
    assert "Every design of a desk at its best" in page
    assert "100.0 %" not in page
