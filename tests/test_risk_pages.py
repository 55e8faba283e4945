"""The pages on plans for uncertain numbers: their snippets print what they say, their tables hold
what the programs and the definitions give."""

from __future__ import annotations

import doctest
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from slopt.problem.scenarios.aim import Aim, aim_value, deviations
from slopt.solve.risk.by_model import solve_by_model
from slopt.vocabulary import RiskMeasure

MODELS = Path(__file__).parents[1] / "docs" / "models"
RISK = (MODELS / "risk_plan.md").read_text(encoding="utf-8")
ROBUST = (MODELS / "robust_plan.md").read_text(encoding="utf-8")
NAMES = ("standard", "express")
AIMS = (
    Aim(),
    Aim(RiskMeasure.CVAR, tail=0.2),
    Aim(RiskMeasure.CVAR, tail=0.1),
    Aim(RiskMeasure.CVAR, tail=0.2, weight=0.5),
    Aim(RiskMeasure.REGRET),
)


@pytest.fixture(scope="module")
def session():
    """What the snippets define, run one after the other over both pages, and what went wrong."""
    names: dict[str, object] = {}
    told: list[str] = []
    for page in (RISK, ROBUST):
        blocks = re.findall(r"```python\n(.*?)```", page, re.S)
        assert len(blocks) == 1
        test = doctest.DocTestParser().get_doctest(blocks[0], names, "page", None, 0)
        doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(
            test, out=told.append, clear_globs=False
        )
        names = test.globs
    return names, told


def test_every_answer_on_the_pages_is_what_python_prints(session):
    """The snippets run one after the other."""
    assert not session[1], "".join(session[1])


def rows_of(page: str, title: str) -> dict[str, list[str]]:
    """The rows of the table whose first line begins with `title`, by their first cell."""
    lines = page[page.index(title) :].split("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells}


def test_the_table_of_plans_is_what_the_judge_says(session):
    """Values, means, worst futures, blend and regret of the four plans, the best in bold."""
    problem = session[0]["problem"]
    rows = rows_of(RISK, "| plan | ordinary")
    best = np.array([30.0, 85.0, 138.0])
    found = {}
    for choice in itertools.product(range(2), repeat=2):
        name = ", ".join(NAMES[k] for k in choice)
        values = [aim_value(problem, np.array(choice), aim, best) for aim in AIMS]
        found[name] = [*values[0].fares.value, *(value.loss for value in values)]
    for name, figures in found.items():
        told = [float(cell.strip("*")) for cell in rows[name]]
        assert told == pytest.approx(figures), name
    for place, aim in enumerate(AIMS):
        least = min(found, key=lambda name, at=3 + place: found[name][at])
        assert rows[least][3 + place].startswith("**")
        solved = solve_by_model(problem, aim)
        assert solved.outcome.objective == pytest.approx(found[least][3 + place])
        assert ", ".join(NAMES[k] for k in solved.outcome.choice) == least
    assert solved.best == pytest.approx(best)


def test_the_table_of_guarantees_is_what_the_judge_says(session):
    """Own numbers, one segment at its worst, both; and the deviations above it."""
    problem = session[0]["problem"]
    rows = rows_of(ROBUST, "| plan | own numbers")
    for choice in itertools.product(range(2), repeat=2):
        name = ", ".join(NAMES[k] for k in choice)
        for place in range(3):
            aim = Aim(RiskMeasure.ROBUST, at_worst=place)
            told = float(rows[name][place].strip("*"))
            assert aim_value(problem, np.array(choice), aim).loss == pytest.approx(told)
    worse = [float(cell) for cell in rows_of(ROBUST, "| | hospitals standard")["worse by"]]
    assert deviations(problem).ravel() == pytest.approx(worse)


def test_the_vans_of_the_page_are_the_closed_form():
    """The reserve, its mean cost, and the reserve of who looks at the worst tenth."""
    assert f"{100 + 15 * norm.ppf(0.6):.1f}" == "103.8"
    assert f"{400 + 150 * norm.pdf(norm.ppf(0.6)):.0f}" == "458"
    assert f"{100 + 15 * norm.ppf(0.96):.1f}" == "126.3"
    assert "103.8" in RISK
    assert "458" in RISK
    assert "126.3" in RISK
