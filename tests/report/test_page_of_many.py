"""The page of very many segments: small enough to send, and everybody is still on it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pytest
from small_cases import small_case

from slopt.engine.reporting import Dossier
from slopt.engine.solving import solve_case
from slopt.report.language import ENGLISH, Language
from slopt.report.page.groups import MOST_IN_FULL, groups_of
from slopt.report.page.render import page_html
from slopt.vocabulary import Lang

MANY = MOST_IN_FULL + 200
NAMES = [f"customer-{place:08d}" for place in range(MANY)]


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    """A plan of many segments, without the studies around it."""
    case = small_case(tmp_path_factory.mktemp("many") / "case", NAMES, today="B")
    plan = solve_case(case, next_steps=False).plan
    assert plan is not None
    return Dossier(plan, dt.datetime(2026, 11, 22, 12))


def test_groups_add_up_to_the_plan(dossier: Dossier) -> None:
    """Each segment is in one group, and the money of the groups is that of the plan."""
    unit, groups = groups_of(dossier, ENGLISH)
    named = [name for group in groups for name in group.names]
    assert sorted(named) == NAMES

    def total(field: str) -> float:
        return unit.size * sum(
            float(str(getattr(group, field)).replace(",", "").replace("−", "-")) for group in groups
        )

    plan, now = dossier.plan.evaluation, dossier.plan.current
    assert now is not None
    slack = unit.size * 0.51 * 10**-unit.decimals * len(groups)
    assert total("cost") == pytest.approx(plan.service_cost, abs=slack)
    assert total("lost") == pytest.approx(plan.lost_sales, abs=slack)
    assert total("change") == pytest.approx(plan.total_cost - now.total_cost, abs=slack)


def test_a_group_is_told_by_its_tier_and_that_of_today(dossier: Dossier) -> None:
    """The segments of a group have its tier in the plan and came from its other one."""
    problem, plan = dossier.problem, dossier.plan
    for group in groups_of(dossier, ENGLISH)[1]:
        tier, before = (problem.tiers.index(name) for name in (group.tier, group.before))
        who = np.flatnonzero((plan.choice == tier) & (problem.current == before))
        assert group.names == tuple(problem.segments[s] for s in who.tolist())
        assert group.moved == (tier != before)


def test_every_name_is_on_the_page_once_and_it_stays_small(dossier: Dossier) -> None:
    """A browser finds each name in the lists; a segment takes about as much as its name."""
    page = page_html(dossier, ENGLISH)
    lists = "".join(re.findall(r'<ul class="who">.*?</ul>', page, re.DOTALL))
    assert sorted(re.findall(r"customer-\d+", lists)) == NAMES
    assert len(lists) < 28 * MANY
    assert "slopt report --xlsx" in page


def test_the_groups_are_printed_and_the_names_are_not(dossier: Dossier) -> None:
    """The table stands outside of what is for the screen only; Chinese has its own words."""
    page = page_html(dossier, Language(Lang.ZH))
    lists = page.index('<ul class="who">')
    assert page.rindex('<div class="screen">', 0, lists) > page.rindex("<table>", 0, lists)


def test_few_segments_have_a_row_each(tmp_path: Path) -> None:
    """Up to a thousand, each segment has its own figures on the page, and no group is told."""
    plan = solve_case(small_case(tmp_path, NAMES[:4]), next_steps=False).plan
    assert plan is not None
    assert groups_of(Dossier(plan, dt.datetime(2026, 11, 22)), ENGLISH)[1] == ()
