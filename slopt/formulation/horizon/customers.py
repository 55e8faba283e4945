"""The customers of every segment, as the service they get makes them stay, leave or come.

    w[s,t,m] = n[s,t] x[s,t,m]          customers served in a mode: all of them or none
    n[s,t+1] = keep[s,t] (n[s,t] - left[s,t]) + join[s,t] - sum_m deter[s,t,m] w[s,t,m]
    left[s,t] = sum_m leave[s,t,m] w[s,t,m]                             where nothing lags
    left[s,t] = sum_m leave[s,t,m] v[s,t,m],  v[s,t,m] = n[s,t] x[s,t-lag,m]      where it does

The products are linear because choices are whole and the customers lie between the fewest and the
most that any plan leads to, F <= n <= M (`slopt.problem.horizon.reach`):

    w[s,t,m] = F[s,t] x[s,t,m] + a[s,t,m],   0 <= a[s,t,m] <= (M - F)[s,t] x[s,t,m]
    sum_m a[s,t,m] = n[s,t] - F[s,t]                               v likewise, with x[s,t-lag,m]

Where F = M the number is known, w is a multiple of x, and there is nothing to follow. Where effects
lag, the customers of `lag` more periods are followed: those who still leave after the last period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyomo.environ as pyo

from slopt.formulation.horizon.choose import allowed_modes, mode_names
from slopt.problem.horizon.problem import HorizonProblem, Numbers
from slopt.problem.horizon.reach import leave_before, reach_of


def customers_followed(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `customers`, `above` and, for lags, `late_above`, with the rules that tie them."""
    model.reach = reach_of(problem)
    unknown = [
        (s, p)
        for s in range(len(problem.segments))
        for p in range(_end(problem, s))
        if not model.reach.is_known(s, p)
    ]
    names = [_names(problem, s, p) for s, p in unknown]
    model.UNKNOWN_BASES = pyo.Set(initialize=names, dimen=2)
    at: dict[tuple[str, ...], tuple[int, int]] = dict(zip(names, unknown, strict=True))
    model.customers = pyo.Var(
        model.UNKNOWN_BASES,
        bounds=lambda model, *name: (
            float(model.reach.fewest[at[name]]),
            float(model.reach.most[at[name]]),
        ),
    )
    now = [(s, p, p) for s, p in unknown if p < len(problem.periods)]
    late = [(s, p, p - int(problem.lag[s])) for s, p in unknown if 0 < problem.lag[s] <= p]
    model.above, model.above_within, model.above_adds_up = _products(model, problem, now)
    model.late_above, model.late_within, model.late_adds_up = _products(model, problem, late)

    @model.Constraint(model.UNKNOWN_BASES)
    def customers_follow(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        s, p = at[name]
        return model.customers[name] == _next_base(model, problem, s, p - 1)


def _end(problem: HorizonProblem, segment: int) -> int:
    """The first period in which the customers of a segment need not be known."""
    lag = int(problem.lag[segment]) if problem.end_value[segment] != 0 else 0
    return len(problem.periods) + lag


def _names(problem: HorizonProblem, segment: int, period: int) -> tuple[str, str]:
    """Names of a segment and a period; periods after the last one are counted from it."""
    t = len(problem.periods)
    after = f" + {period - t + 1}" if period >= t else ""
    return problem.segments[segment], f"{problem.periods[min(period, t - 1)]}{after}"


def _products(
    model: pyo.ConcreteModel, problem: HorizonProblem, at: list[tuple[int, int, int]]
) -> tuple[pyo.Var, pyo.Constraint, pyo.Constraint]:
    """Customers above the fewest, split by the mode of a period: (segment, period, its period)."""
    modes = mode_names(problem)
    places = {
        (*_names(problem, s, p), modes[m]): (s, p, chosen)
        for s, p, chosen in at
        for m in allowed_modes(problem, s, chosen)
    }
    above = pyo.Var(list(places), domain=pyo.NonNegativeReals)

    def within(model: pyo.ConcreteModel, s: str, t: str, m: str) -> pyo.Expression:
        segment, period, chosen = places[s, t, m]
        span = float(model.reach.most[segment, period] - model.reach.fewest[segment, period])
        return above[s, t, m] <= span * model.choose[s, problem.periods[chosen], m]

    def adds_up(model: pyo.ConcreteModel, place: int) -> pyo.Expression:
        segment, period, chosen = at[place]
        name = _names(problem, segment, period)
        parts = sum(above[(*name, modes[m])] for m in allowed_modes(problem, segment, chosen))
        return parts == model.customers[name] - float(model.reach.fewest[segment, period])

    return (
        above,
        pyo.Constraint(list(places), rule=within),
        pyo.Constraint(range(len(at)), rule=adds_up),
    )


def _next_base(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int
) -> pyo.Expression:
    """n of the period after `period`, from what is chosen."""
    t = len(problem.periods)
    keep = float(problem.keep[segment, min(period, t - 1)])
    stay = keep * (base(model, problem, segment, period) - left(model, problem, segment, period))
    if period >= t:
        return stay
    deterred = pyo.quicksum(
        served_terms(model, problem, segment, period, problem.deter[segment, period])
    )
    return stay + float(problem.join[segment, period]) - deterred


def base(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int
) -> pyo.Expression | float:
    """n[s,t]: the customers of a segment at the start of a period."""
    if model.reach.is_known(segment, period):
        return float(model.reach.most[segment, period])
    return model.customers[_names(problem, segment, period)]


def left(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int
) -> pyo.Expression | float:
    """left[s,t]: the customers whom poor service drives away in a period, also after the last."""
    if period < problem.lag[segment]:
        share = leave_before(problem, segment, period)
        return share * base(model, problem, segment, period) if share else 0.0
    during = period < len(problem.periods)
    shares = problem.leave[segment, period] if during else problem.leave_after[segment]
    return pyo.quicksum(
        served_terms(model, problem, segment, period, shares, lag=int(problem.lag[segment]))
    )


def served_terms(
    model: pyo.ConcreteModel,
    problem: HorizonProblem,
    segment: int,
    period: int,
    per_customer: Numbers,
    per_segment: Numbers | None = None,
    lag: int = 0,
) -> Iterator[Any]:
    """Terms of sum_m per_customer[m] w[s,t,m] + per_segment[m] x[s,t,m], of one segment.

    With a lag, of the modes chosen `lag` periods before.
    """
    chosen, modes = period - lag, mode_names(problem)
    above = model.late_above if lag else model.above
    known = model.reach.is_known(segment, period)
    least = float(
        model.reach.most[segment, period] if known else model.reach.fewest[segment, period]
    )
    name, then = _names(problem, segment, period), problem.periods[chosen]
    for m in allowed_modes(problem, segment, chosen):
        each = float(per_customer[m])
        amount = each * least + (0.0 if per_segment is None else float(per_segment[m]))
        if amount:
            yield amount * model.choose[name[0], then, modes[m]]
        if each and not known:
            yield each * above[(*name, modes[m])]


def served_sum(
    model: pyo.ConcreteModel,
    problem: HorizonProblem,
    period: int,
    per_customer: Numbers,
    per_segment: Numbers | None = None,
    members: Iterable[int] | None = None,
) -> pyo.Expression:
    """sum over s, m of per_customer[s,m] w[s,t,m] + per_segment[s,m] x[s,t,m] in one period."""
    return pyo.quicksum(
        term
        for s in (range(len(problem.segments)) if members is None else members)
        for term in served_terms(
            model,
            problem,
            s,
            period,
            per_customer[s],
            None if per_segment is None else per_segment[s],
        )
    )
