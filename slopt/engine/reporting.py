"""All that a report says of a case: the plan, what else was possible, what it rests on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from slopt.case.case import PlanningCase
from slopt.engine.curves import by_budget, by_level
from slopt.engine.in_futures import InFutures, LeftOut, in_futures
from slopt.engine.solving import Solved, close_moves, options_of, solve_case
from slopt.errors import Problem, UsageError
from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.choice import ChoiceProblem
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.problem.evaluate import Evaluation
    from slopt.store.run import Run
    from slopt.study.customers import CustomerAccounts
    from slopt.study.explain import Explanation
    from slopt.study.explain_limits import Relief
    from slopt.study.frontier import Frontier

END = 9
"""Signs at both ends of a name that are shown everywhere."""
CLOSEST = 8
"""Segments of which the best plan without their tier is looked for, where there are many."""
CLOSEST_S = 0.9
"""Seconds for these; for close calls as much once more."""
RELIEF_S = 0.4
"""Seconds for what more of each limit would buy, where its next step was not solved."""
MOST_RELIEVED = 4_000
"""Offers up to which that is asked."""


@dataclass(frozen=True, eq=False)
class Dossier:
    """What a report is made of.

    `close` says of each move whether the best plan without it is hardly worse; empty where that
    was not solved. `explained` are segments with what the plan without their tier would cost.
    `reliefs` are what a first step more of a limit gains, where its next step was not solved.
    `by_level` are plans of least total at every mean service level, whatever the budget;
    `by_budget` is the least lost sales for every budget; `accounts` are those of customers under
    the plan; each is empty or None where there is nothing to show. `warnings` are those of the
    data. `studies` are documents of studies of the same case, by command (`sensitivity`). `run` is
    the id of the run, "" without. `is_recorded`: the plan is that of an earlier run, as it was.
    `is_brought`: somebody brought it to be priced, and nothing is said of its being the best.
    `futures` is how the plan fares where its numbers are uncertain, None where they are not;
    `no_futures` says why that is left out where they are.
    """

    plan: Plan
    made: datetime
    run: str = ""
    close: Mapping[int, bool] = field(default_factory=dict)
    explained: tuple[Explanation, ...] = ()
    reliefs: Mapping[str, Relief] = field(default_factory=dict)
    by_level: tuple[Evaluation, ...] = ()
    by_budget: Frontier | None = None
    accounts: CustomerAccounts | None = None
    warnings: tuple[Problem, ...] = ()
    studies: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    is_recorded: bool = False
    is_brought: bool = False
    futures: InFutures | None = None
    no_futures: str = ""

    @property
    def case(self) -> PlanningCase:
        """The case that was planned."""
        return self.plan.case

    @property
    def problem(self) -> ChoiceProblem:
        """Its choice problem."""
        return self.plan.problem

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each segment is called: its name, with its id where others have that name too.

        Or one that begins and ends like it, as pages leave out the middle of long names.
        """
        ids = self.problem.segments
        given = self.case.table("segments").texts("name").tolist()
        given += [""] * (len(ids) - len(given))
        if not any(given):
            return tuple(ids)
        names = [name or its for name, its in zip(given, ids, strict=True)]
        ends = [name if len(name) <= 2 * END else name[:END] + name[-END:] for name in names]
        often = Counter(ends)
        return tuple(
            name if often[end] == 1 else f"{name} ({its})"
            for name, end, its in zip(names, ends, ids, strict=True)
        )

    @property
    def provenance(self) -> Provenance:
        """Sample sizes behind service levels."""
        return Provenance(self.case)


def dossier_of(
    case: PlanningCase,
    made: datetime,
    method: Method = Method.AUTO,
    run: str = "",
    warnings: tuple[Problem, ...] = (),
    studies: Mapping[str, Any] | None = None,
) -> Dossier | Solved:
    """The dossier of the best plan of a case; the answer as it is where there is no plan.

    Raises what solve_case raises.
    """
    begin = time.perf_counter()
    solved = solve_case(case, method)
    if solved.plan is None:
        return solved
    dossier = Dossier(solved.plan, made, run, warnings=warnings, studies=studies or {})
    return _filled(dossier, begin)


def dossier_of_run(run: Run, warnings: tuple[Problem, ...] = ()) -> Dossier:
    """The dossier of the plan of an earlier run, as it was; only what is around it is new.

    Raises UsageError where the run has no plan or its inputs cannot be had, VerificationFailed
    where its figures are not those of its plan.
    """
    from slopt.engine.plan_of_run import plan_of_run
    from slopt.engine.studies_of_case import studies_of_case

    begin = time.perf_counter()
    plan = plan_of_run(run)
    dossier = Dossier(
        plan,
        run.made.astimezone(),
        run.id or "",
        warnings=warnings,
        studies=studies_of_case(run.named, run.case_hash),
        is_recorded=True,
        is_brought=run.command == "evaluate",
    )
    return _filled(dossier, begin)


def _filled(dossier: Dossier, begin: float) -> Dossier:
    """With all that is solved and added up around the plan."""
    plan = dossier.plan
    budgets = by_budget(plan.case, plan.problem)
    found = in_futures(plan, budgets, dossier.is_brought)
    return replace(
        dossier,
        close=close_moves(plan, CLOSEST_S),
        explained=_explained(plan),
        reliefs=_reliefs(plan),
        by_level=by_level(plan.case, plan.problem),
        by_budget=budgets,
        accounts=_accounts(plan.case, plan),
        futures=found if isinstance(found, InFutures) else None,
        no_futures=found.why if isinstance(found, LeftOut) else "",
        seconds=time.perf_counter() - begin,
    )


def _explained(plan: Plan) -> tuple[Explanation, ...]:
    """Every segment that had another tier to choose, or those whose choice is closest.

    The closest at the prices are solved first, so that little is missed where time runs out.
    """
    from slopt.study.at_prices import AtPrices
    from slopt.study.explain import Explanations, explain
    from slopt.study.parts import rows_with_tiers

    options = replace(options_of(plan.case), time_limit_s=CLOSEST_S)
    relaxation, segments = plan.outcome.relaxation, rows_with_tiers(plan.problem)
    if relaxation is None or plan.risk is not None:
        return ()
    most = len(segments) if plan.problem.is_small else CLOSEST
    at_prices = Explanations(plan, segments, AtPrices(plan, relaxation), {})
    nearest = [each.segment for each in at_prices.closest(most)]
    return tuple(explain(plan, options, nearest)) if nearest else ()


def _reliefs(plan: Plan) -> dict[str, Relief]:
    """By limit: the best plan with one more of it, a percent, or half a point."""
    from slopt.study.anew import Anew
    from slopt.study.explain_limits import default_steps, relief_of
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.least import Way

    problem = plan.problem
    proven = plan.status is Status.OPTIMAL and is_shipped(plan.case.settings.plan.model)
    is_many = problem.admissible.sum() > MOST_RELIEVED
    if plan.risk is not None or problem.is_small or not proven or is_many:
        return {}
    prices = {price.name: price for price in plan.prices if price.use.penalty is None}
    anew = Anew(Way(replace(options_of(plan.case), time_limit_s=RELIEF_S)))

    def relieve(name: str, way: Way) -> Relief | None:
        try:
            axis = axis_of(problem, name)
        except UsageError:
            return None
        steps = default_steps(problem, axis, prices[name].use.limit)
        return relief_of(plan, prices[name], steps[0], way) if steps else None

    by_price = sorted(prices, key=lambda name: not prices[name].binds)
    found = anew.each(say("next units of limits"), by_price, relieve)
    return {name: its for name, its in found.items() if its is not None}


def _accounts(case: PlanningCase, plan: Plan) -> CustomerAccounts | None:
    from slopt.study.customers import customer_accounts

    earns = bool(case.table("segments").numbers("revenue_per_order").any())
    if not earns or plan.problem.generated is not None:
        return None
    return customer_accounts(case, plan.problem, plan.choice)
