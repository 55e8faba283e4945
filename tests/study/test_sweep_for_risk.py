"""Points whose plans are chosen for their futures: the same futures for all, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from slopt.case.amounts import Amount
from slopt.case.load import load_case
from slopt.case.paths import path_of
from slopt.engine.solving import solve_case
from slopt.shipped import examples
from slopt.study.sweep.files import RISK_COLUMNS, sweep_csv
from slopt.study.sweep.kept import packed, unpacked
from slopt.study.sweep.point import Point
from slopt.study.sweep.result import Sweep
from slopt.study.sweep.runner import Runner
from slopt.vocabulary import Method


@pytest.fixture(scope="module")
def case():
    """The deliveries over a few futures."""
    found = load_case(examples()["scms_deliveries"])
    risk = replace(found.settings.risk, samples=24, tail=0.25)
    return found.replace(settings=replace(found.settings, risk=risk))


WEIGHTS = (None, 0.0, 1.0)
"""Of the worst futures; None for the plan at the case's own numbers."""


def point_of(weight: float | None) -> Point:
    """The point with that weight."""
    if weight is None:
        return Point()
    return Point((("risk.measure", Amount("cvar")), ("risk.weight", Amount(weight))))


@pytest.fixture(scope="module")
def answers(case):
    """The answers of all points, by one runner."""
    with Runner(case, Method.AUTO) as runner:
        return dict(runner.answers([point_of(weight) for weight in WEIGHTS]))


def test_every_point_is_what_solve_gives_with_its_settings(case, answers) -> None:
    """Plan and value are those of `slopt solve` with the same settings under [risk]."""
    for place, weight in enumerate(WEIGHTS):
        if weight is None:
            assert answers[place].risk is None
            continue
        plan = solve_case(point_of(weight).case(case), next_steps=False).plan
        assert plan.risk is not None
        assert answers[place].risk.value == pytest.approx(plan.risk.value, rel=1e-6)
        assert answers[place].figures["bound"] is None
        assert answers[place].figures["total_cost"] == pytest.approx(
            plan.evaluation.total_cost, rel=1e-3
        )


def test_more_weight_on_bad_futures_is_better_there_and_worse_in_the_mean(answers) -> None:
    """All points are over the same futures, so that the two plans can be held together."""
    mean, bad = answers[1].risk, answers[2].risk
    assert mean.mean <= bad.mean * (1 + 1e-6)
    assert bad.tail_mean <= mean.tail_mean * (1 + 1e-6)


def test_kept_answers_come_back_to_the_last_bit_and_false_ones_do_not(case, answers) -> None:
    """A kept plan is priced in its futures again; with another value it is no answer."""
    point, answer = point_of(1.0), answers[2]
    again = unpacked(packed(answer, "key"), "key")
    assert again is not None
    assert again.same_as(replace(answer))
    keeper = _Keeper()
    with Runner(case, Method.AUTO, keeper=keeper) as runner:
        key = runner.key(point)
    keeper.kept[key] = packed(answer, key)
    with Runner(case, Method.AUTO, keeper=keeper) as runner:
        found = dict(runner.answers([point]))
        assert runner.found_before == 1
        assert np.array_equal(found[0].choice, answer.choice)
    lied = replace(answer, risk=replace(answer.risk, value=answer.risk.value * 1.01))
    keeper.kept[key] = packed(lied, key)
    with Runner(case, Method.AUTO, keeper=keeper) as runner:
        found = dict(runner.answers([point]))
        assert runner.found_before == 0
        assert key in keeper.rejected
    assert found[0].risk.value == pytest.approx(answer.risk.value)


class _Keeper:
    """Answers in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.rejected: list[str] = []

    def known(self) -> dict[str, bytes]:
        """All that is kept."""
        return dict(self.kept)

    def keep(self, key: str, payload: bytes) -> None:
        """Keep one."""
        self.kept.setdefault(key, payload)

    def reject(self, key: str) -> None:
        """Take one away."""
        self.rejected.append(key)
        self.kept.pop(key, None)


def test_columns_of_risk_are_there_only_where_a_point_has_a_measure(case, answers) -> None:
    """A sweep without one has the columns that it always had."""
    paths = (path_of(case, "risk.weight"),)
    with_risk = Sweep(case, paths, tuple(map(point_of, (0.0, 1.0))), (answers[1], answers[2]),
                      answers[0])  # fmt: skip
    without = Sweep(case, paths, (Point(),), (answers[0],), answers[0])
    head = sweep_csv(with_risk).splitlines()[0].split(",")
    assert head[-len(RISK_COLUMNS) :] == list(RISK_COLUMNS)
    assert not any(
        name.startswith("risk_") for name in sweep_csv(without).split("\n")[0].split(",")
    )
    assert with_risk.varies_aim
    assert with_risk.objective(0) == answers[1].risk.mean
