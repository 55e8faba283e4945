"""A case in partitions, solved and checked: the counterpart of `engine.solve_case`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

import numpy as np

from slopt.case.case import PlanningCase
from slopt.cluster import tasks
from slopt.cluster.finish import Decided, decide
from slopt.cluster.gather import Gathered, gather
from slopt.cluster.oracle import PartitionedOracle
from slopt.cluster.parts import Parts
from slopt.cluster.source import Source
from slopt.cluster.tasks import At, Decision
from slopt.errors import Problem
from slopt.plan.certificate import Certificate, breach_of
from slopt.plan.check import check
from slopt.plan.plan import Plan, Price
from slopt.plan.price_certificate import limits_bound, rounded_down
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Evaluation, Tally, judge
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.problem.sharing import ROOM, share
from slopt.sayings import say
from slopt.solve.by_prices import priced_by
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome, Relaxation, relative_gap
from slopt.study.risk.solving import require_own_numbers
from slopt.vocabulary import Method, Status


@dataclass(frozen=True, eq=False)
class ClusterAnswer:
    """The answer to a case in partitions.

    `case` and `problem` have everything but segments, and so has `plan`, whose choice is empty:
    `decisions` says it to each partition. `case_hash` is over the content of all partitions.
    `hopeless` is a segment that may have no tier.
    """

    case: PlanningCase
    problem: ChoiceProblem
    outcome: Outcome
    plan: Plan | None
    decisions: Sequence[Decision]
    segments: int
    offers: int
    partitions: int
    workers: int
    case_hash: str
    hopeless: str | None
    warnings: tuple[Problem, ...]


def solve_partitions(
    parts: Parts, sources: Sequence[Source], overrides: Mapping[str, str]
) -> ClusterAnswer:
    """Solve the case of these partitions and check the plan.

    Raises InvalidInput with the problems of all files, UsageError for rules that need more than
    sums, SolverTrouble or VerificationFailed.
    """
    begin = time.perf_counter()
    known = gather(parts, sources, overrides)
    require_own_numbers(known.case, "slopt solve --cluster")
    settings = known.case.settings.solve
    options = Options(settings.gap, settings.time_limit_s, settings.seed)
    why = say("{n} segments in {parts} partitions", n=f"{known.segments:,}", parts=len(parts))
    outcome = Outcome(
        Status.INFEASIBLE,
        Method.PRICES,
        priced_by(Method.PRICES),
        options.seed,
        time.perf_counter() - begin,
        why=why,
    )
    plan, decisions = None, []
    if known.hopeless is None:
        oracle = PartitionedOracle(parts, known.whole, _rows(known, parts), known.counts)
        decided = decide(oracle, options)
        outcome = _outcome(outcome, known, oracle, decided, time.perf_counter() - begin)
        if decided.places is not None and decided.tiers is not None:
            decisions = oracle.split(decided.prices, decided.places, decided.tiers)
            plan = _plan(known, oracle, outcome, decided.prices, decisions)
    return ClusterAnswer(
        known.case,
        known.problem,
        outcome,
        plan,
        decisions,
        known.segments,
        known.offers,
        len(parts),
        parts.workers,
        known.case_hash,
        known.hopeless,
        known.warnings,
    )


def _rows(known: Gathered, parts: Parts, room: float = ROOM) -> SharedRowProblem:
    """Limits and extras of the whole; the breach of a soft rule may be as large as its sum."""
    rows = share(known.problem, room).rows
    soft = {rule.name for rule in known.problem.rules if rule.is_soft}
    if not soft:
        return rows
    reach = np.sum(parts.each(tasks.reach, [known.whole] * len(parts)), axis=0)
    of_rule = np.array([rows.names[row] in soft for row in rows.relieved])
    return rows.replace(extra_most=rows.extra_most + np.where(of_rule, reach[rows.relieved], 0.0))


def _outcome(
    outcome: Outcome, known: Gathered, oracle: PartitionedOracle, decided: Decided, seconds: float
) -> Outcome:
    sign = -1.0 if known.problem.goal.maximises else 1.0
    prices: Numbers | None = decided.prices
    if decided.status is Status.INFEASIBLE:
        proven = _bound(oracle.without_costs(), decided.prices, oracle.without_costs().rows) > 0
        prices = decided.prices if proven else None
    bound = None if decided.status is Status.INFEASIBLE else sign * decided.bound
    names = oracle.rows.names
    return outcome.replace(
        status=decided.status,
        objective=None if decided.objective is None else sign * decided.objective,
        bound=bound,
        relaxation=None
        if prices is None
        else Relaxation(dict(zip(names, prices.tolist(), strict=True))),
        seconds=seconds,
    )


def _bound(oracle: PartitionedOracle, prices: Numbers, rows: SharedRowProblem) -> Fraction:
    """A proven bound at prices, from exact sums over the partitions."""
    ask = At(oracle.whole, prices)
    found = oracle.parts.each(tasks.bound, [ask] * len(oracle.parts))
    return sum(found, Fraction(0)) + limits_bound(rows, prices)


def _plan(
    known: Gathered,
    oracle: PartitionedOracle,
    outcome: Outcome,
    prices: Numbers,
    decisions: Sequence[Decision],
) -> Plan:
    """The plan, evaluated by the partitions from their offers, checked and certified."""
    parts, problem = oracle.parts, known.problem
    evaluation = judge(problem, _total(parts.each(tasks.add_up, decisions)))
    check(problem, outcome, evaluation, own_objective=True)
    today = [its for its in parts.each(tasks.add_up_today, [known.whole] * len(parts)) if its]
    current: Evaluation | None = None
    if len(today) == len(parts):
        current = judge(problem, _total(today))
    objective, bound = evaluation.objective, outcome.bound
    if bound is not None:
        bound = max(bound, objective) if problem.goal.maximises else min(bound, objective)
    proven = rounded_down(_bound(oracle, prices, _rows(known, parts, room=0.0)))
    proven = -proven if problem.goal.maximises else proven
    exact = reduce(add, parts.each(tasks.exactly, decisions))
    certificate = Certificate(
        proven, relative_gap(objective, proven) or 0.0, breach_of(problem, exact)
    )
    by_name = {} if outcome.relaxation is None else outcome.relaxation.prices
    return Plan(
        known.case,
        problem,
        outcome,
        np.zeros(0, dtype=np.int64),
        evaluation,
        current,
        objective,
        bound,
        certificate,
        tuple(Price(use, by_name.get(use.name)) for use in evaluation.limits),
    )


def _total(tallies: Sequence[Tally]) -> Tally:
    """The sums over all partitions, in their order."""
    first, *others = tallies
    total = first
    for its in others:
        total = Tally(
            total.service_cost + its.service_cost,
            total.lost_orders + its.lost_orders,
            total.lost_customers + its.lost_customers,
            total.lost_prospects + its.lost_prospects,
            total.lost_unsplit + its.lost_unsplit,
            total.service_level + its.service_level,
            total.changes + its.changes,
            total.opened | its.opened,
            total.used + its.used,
            tuple(a + b for a, b in zip(total.rules, its.rules, strict=True)),
            (),
            total.barred + its.barred,
        )
    return total
