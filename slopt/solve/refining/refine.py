"""A problem whose offers are made as they are needed, solved over all of them.

    solve the relaxation over the listed offers -> prices of the limits
    ask every source for its best offers at the prices -> new columns, and a bound over all offers

until the listed offers are as good as all; then a plan is sought among them, and around it again,
until it is proven to the gap asked for (column generation: Dantzig and Wolfe, "Decomposition
principle for linear programs", 1960). The bound at prices p is the one of the module shared_rows,
in which each decider counts with the least that any offer of its source can be worth at p.
"""

from __future__ import annotations

import time
from collections.abc import Set
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import ListingSource
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import taken
from slopt.problem.generated.terms import terms_of
from slopt.sayings import say
from slopt.solve.conflict import smallest_conflict
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.refining.all_offers import over_all_offers
from slopt.solve.refining.asking import FEW, Asking
from slopt.solve.refining.own_routes import OWN_ROUTES, Refined, program_of
from slopt.solve.refining.whole_tiers import whole_tiers
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

MOST_PLANS = 30
"""Plans that are sought, each with the offers that the one before asked for."""
FEW_PAIRS = 600
"""Pairs of tiers up to which a bound that keeps tiers whole takes little time."""
MOST_ROSTERS = 300
"""Rosters of a desk that are listed where that proves more."""
ROUNDING = 1e-9
"""Of the objective: more than sums lose to rounding."""
FEW_ROWS = 30
"""Segments, rooms and desks up to which what prices leave open is left to one program."""
ENDED = (Status.INFEASIBLE, Status.INTERRUPTED, Status.UNBOUNDED)


def refine(
    problem: ChoiceProblem,
    options: Options | None = None,
    method: Method = Method.AUTO,
    model: str = "tier_plan",
) -> Refined:
    """Solve a problem over all offers that its sources can make; others as `solve` does.

    `service_levels`, `stock_levels` and `staffing` are models with a route of their own. A model of
    the user's own is answered with the first offers alone. Raises what `solve` raises, and
    SolverTrouble where a source fails.
    """
    options = options or Options()
    own = OWN_ROUTES.get(model)
    if own is not None:
        return own(problem, options)
    if not problem.has_sources or not is_shipped(model):
        return Refined(problem, solve(problem, options, method, model))
    return _Refining(problem, options, method, model, Asking(options)).run()


@dataclass
class _Refining:
    """What is known so far of one problem. Values are in the minimised sense.

    `bound` is over all offers. Of the parts that are `listed` the problem has all offers that a
    better plan may hold; `seen` are the choices of tiers that were looked around.
    """

    problem: ChoiceProblem
    options: Options
    method: Method
    model: str
    asking: Asking
    bound: float = -np.inf
    seen: set[tuple[int, ...]] = field(default_factory=set)
    listed: frozenset[Part] = frozenset()

    @property
    def sign(self) -> float:
        """Minimised sense times this is the goal's."""
        return -1.0 if self.problem.goal.maximises else 1.0

    def run(self) -> Refined:
        """Offers, a plan of them, offers around that plan, and so on.

        Cut short by Ctrl-C the best plan so far counts; raises KeyboardInterrupt without any.
        """
        self.problem = self.asking.until_listed(self.problem, whole=True)
        self.bound = self.asking.dual
        best = self._plan()
        try:
            best = self._improved(best)
        except KeyboardInterrupt:
            best = Refined(best.problem, best.outcome.replace(status=Status.INTERRUPTED))
        seconds = time.perf_counter() - self.asking.begin
        return Refined(best.problem, best.outcome.replace(seconds=seconds))

    def _improved(self, best: Refined) -> Refined:
        """A plan, and others sought around it until it is proven or nothing is left to try."""
        if best.outcome.status is Status.NO_PLAN:
            best = self._disproved(best)
        best = self._polished(best)
        for _ in range(MOST_PLANS):
            if best.outcome.status in ENDED or self._is_reached(best) or self.asking.is_late:
                break
            if self._is_small:
                self._list_rosters(best)
            tiers = self._next_tiers(best)
            if tiers is None:
                break
            self.problem = self._around(tiers, tiers if self.listed else None)
            best = self._better(self._polished(self._plan()), best)
        if best.outcome.status is Status.INFEASIBLE:
            return best
        return self._better_by_program(Refined(best.problem, self._told(best.outcome)))

    def _disproved(self, best: Refined) -> Refined:
        """Where the offers that are listed make no plan: is it proven that none do?"""
        if not self._is_small:
            return best
        self.asking.ask_for_ends(self.problem)
        found = whole_tiers(self.problem, self.asking.told, self.listed, self.asking.left)
        if found is None or np.isfinite(found.bound):
            return best
        conflict = smallest_conflict(self.problem, self.asking.left)
        outcome = best.outcome.replace(
            status=Status.INFEASIBLE, bound=None, relaxation=None, contradiction=conflict
        )
        return Refined(best.problem, outcome)

    def _polished(self, found: Refined) -> Refined:
        """A plan with all else made to suit its rosters, which cannot be mixed as levels can."""
        choice, generated = found.outcome.choice, found.problem.generated
        assert generated is not None
        if self.listed:
            return found
        parts = {made.part for made in generated.made}
        alone = parts <= {Part.STAFF, Part.SERVED}
        if choice is None or Part.STAFF not in parts or alone or self._is_reached(found):
            return found
        self.problem = self._around(choice, rosters=choice)
        return self._better(self._plan(), found)

    def _better(self, new: Refined, old: Refined) -> Refined:
        before, after = old.outcome.objective, new.outcome.objective
        if before is None or after is None:
            return old if after is None else new
        return new if self.sign * after < self.sign * before else old

    def _better_by_program(self, best: Refined) -> Refined:
        """The better plan and the better bound of this way and of one program over all offers.

        Asked where prices leave a gap and the problem is small enough for a program.
        """
        missed = best.outcome.status is Status.FEASIBLE and not self.asking.is_late
        if not missed or self.method is not Method.AUTO or len(self.problem.segments) > FEW_ROWS:
            return best
        generated = self.problem.generated
        assert generated is not None
        program = program_of({made.part for made in generated.made})
        if program is None:
            return best
        other = program(self.problem, self.asking.left)
        if other.outcome.choice is None or other.outcome.bound is None:
            return best
        self.bound = max(self.bound, self.sign * other.outcome.bound)
        better = self._better(other, best)
        outcome = self._told(better.outcome)
        if better is other:
            outcome = outcome.replace(
                why=say("prices leave a gap, and one program is small enough")
            )
        return Refined(better.problem, outcome)

    def _plan(self) -> Refined:
        """The best plan of the offers that are listed."""
        left = self.asking.left
        half = replace(left, gap=left.gap / 2)  # the other half is for offers not listed
        outcome = solve(self.problem, half, self.method, self.model)
        if outcome.choice is not None and not outcome.reached(self.options.gap):
            outcome = over_all_offers(self.problem, outcome, self.options.gap, self.asking.prices)
        if outcome.bound is not None:
            self.bound = max(self.bound, self.sign * outcome.bound)
        return Refined(self.problem, outcome)

    def _told(self, outcome: Outcome) -> Outcome:
        """The outcome with the best bound that is known."""
        bound = self.sign * self.bound if np.isfinite(self.bound) else None
        return outcome.bounded(bound, self.options.gap, self.problem.goal.maximises)

    def _is_reached(self, plan: Refined) -> bool:
        return self._told(plan.outcome).reached(self.options.gap)

    def _next_tiers(self, best: Refined) -> Choice | None:
        """The tiers to look around next: those of the best bound, or of the plan; None if known."""
        choice, decided = best.outcome.choice, self._decided(self.listed)
        if self._is_small and decided.any():
            if not self.seen:
                self.asking.ask_for_ends(self.problem)
            left = self.asking.left
            found = whole_tiers(self.problem, self.asking.told, self.listed, left)
            if found is None:
                return None
            self.bound = max(self.bound, found.bound)
            choice = found.choice
        if choice is None or self._is_reached(best):
            return None
        tiers = tuple(choice[decided].tolist())
        if tiers in self.seen:
            return None
        self.seen.add(tiers)
        return choice

    @property
    def _is_small(self) -> bool:
        """True where a bound that keeps tiers whole can be had, in little time.

        Extra units that cost less than normal ones need rows on what is used that have no name.
        """
        problem = self.problem
        if np.any((problem.extra_premium < 0) & (problem.extra_capacity > 0)):
            return False
        decided = self._decided(self.listed)
        pairs = int(np.count_nonzero(problem.admissible[decided]))
        return pairs <= FEW_PAIRS and len(decided) <= FEW

    def _decided(self, listed: Set[Part]) -> NDArray[np.bool_]:
        """(S,): rows that choose from tiers, or from the offers of parts that are listed whole."""
        assert self.problem.generated is not None
        decided = np.ones(len(self.problem.segments), dtype=np.bool_)
        for made in self.problem.generated.made:
            if made.part not in listed:
                decided[made.rows] = False
        return decided

    def _list_rosters(self, best: Refined) -> None:
        """List all rosters that a better plan than the best so far can hold, where they are few.

        At any prices, an offer that is worth more than the gap above its decider's best cannot be
        in a better plan: each other decider has its own best at the least. Without any plan so far
        all that can be in one are listed.
        """
        generated, objective = self.problem.generated, best.outcome.objective
        assert generated is not None
        if self.listed:
            return
        prices = self.asking.prices or {}
        slack = np.inf
        if objective is not None:
            slack = self.sign * objective - self.asking.dual + ROUNDING * abs(objective)
        offers = []
        for made in generated.made:
            new = None
            if made.part is Part.STAFF and isinstance(made.source, ListingSource):
                terms = terms_of(self.problem, made, prices)
                new = made.source.within(terms, np.full(len(made.rows), slack), MOST_ROSTERS)
            if made.part is Part.STAFF and new is None:
                return
            offers.append(made.offers if new is None else new)
        if any(made.part is Part.STAFF for made in generated.made):
            self.problem = with_offers(self.problem, offers)
            self.listed = frozenset({Part.STAFF})

    def _around(self, choice: Choice, rosters: Choice | None = None) -> ChoiceProblem:
        """The problem with the offers that count where every tier is as in a choice.

        With `rosters` those of this choice are held as well.
        """
        problem, decided = self.problem, self._decided(frozenset())
        assert problem.generated is not None
        listed = [made.offers for made in problem.generated.made]
        silent = frozenset() if rosters is None else frozenset({Part.STAFF})
        held = [made.part in silent for made in problem.generated.made]
        if rosters is not None:
            own = [
                taken(made.offers, (rosters[made.rows] - problem.menu_size)[:, None])
                if its
                else made.offers
                for made, its in zip(problem.generated.made, held, strict=True)
            ]
            problem = with_offers(problem, own)
        row = np.arange(len(choice))
        others = np.broadcast_to(decided[:, None], problem.barred.shape).copy()
        others[row[decided], choice[decided]] = False
        barred = np.where(others, problem.barred | Bar.NOT_OFFERED, problem.barred)
        fixed = self.asking.until_listed(problem.replace(barred=barred), False, silent)
        assert fixed.generated is not None
        offers = [
            before if its else made.offers
            for made, before, its in zip(fixed.generated.made, listed, held, strict=True)
        ]
        fixed = with_offers(fixed, offers)
        free = fixed.barred.copy()
        menu = problem.menu_size
        free[decided, :menu] = self.problem.barred[decided, :menu]
        return fixed.replace(barred=free)
