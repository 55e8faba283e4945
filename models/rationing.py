"""How much to buy once, and how much to keep back for the better classes of customers?

    minimise    c Q + sum_w p_w ( sum_j pi_j short[w,j] + o (Q - sum_j served[w,j]) )
    subject to  served[w,j] + short[w,j] = D[w,j]                        demand_met_or_short
                sum_(i >= j) served[w,i] <= Q - K_j                      reserve_kept
                0 = K_1 <= K_2 <= ... <= K_C <= Q                        reserves_nested
                sum_w p_w short[w,j] <= (1 - beta_j) sum_w p_w D[w,j]    fill_rate_kept

over scenarios w with chance p_w and classes j, the best first. Q is the stock, K_j the reserve that
class j and all poorer ones leave untouched. Where units are given out only after all demand is
known, this linear program is all.

Where the poorer class asks first, nobody can refuse it with an eye on a demand that is still to
come. So a class may be short only once the stock is down to its reserve:

                short[w,j] <= D[w,j] refused[w,j]                        short_only_if_refused
                Q - K_j - sum_(i >= j) served[w,i] <= M (1 - refused[w,j])   refused_only_at_reserve
                refused[w,j] binary, for j > 1

The best class is refused only when nothing is left, which its cost alone brings about. For two
independent classes Littlewood's rule is the closed form, for more the recursion of
`slopt/economics/rationing/nested_reserves.py`; `docs/models/rationing.md` has an example of both.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.problem.rationing import Allocation, RationingProblem


def build(problem: RationingProblem) -> pyo.ConcreteModel:
    """The stock and the reserves of a problem as a Pyomo model."""
    if not isinstance(problem, RationingProblem):
        raise TypeError("this model plans a RationingProblem, see docs/models/rationing.md")
    model = pyo.ConcreteModel("rationing")
    stock_and_reserves(model, problem)
    units_given_out(model, problem)
    if problem.allocation is Allocation.POOREST_FIRST:
        nobody_refused_above_the_reserve(model, problem)
    fill_rates_kept(model, problem)
    total_cost(model, problem)
    return model


def stock_and_reserves(model: pyo.ConcreteModel, problem: RationingProblem) -> None:
    """The stock Q and the nested reserves K, fixed where they are given."""
    model.CLASSES = pyo.RangeSet(0, len(problem.classes) - 1)
    model.SCENARIOS = pyo.RangeSet(0, len(problem.demand) - 1)
    model.stock = pyo.Var(bounds=(0, problem.most_stock))
    model.reserve = pyo.Var(model.CLASSES, bounds=(0, problem.most_stock))
    model.reserve[0].fix(0)
    if problem.reserves is not None:
        for j, held in enumerate(problem.reserves):
            model.reserve[j].fix(held)

    @model.Constraint(model.CLASSES)
    def reserves_nested(model: pyo.ConcreteModel, j: int) -> pyo.Expression:
        above = model.stock if j == len(problem.classes) - 1 else model.reserve[j + 1]
        return model.reserve[j] <= above


def units_given_out(model: pyo.ConcreteModel, problem: RationingProblem) -> None:
    """Units short by scenario and class; what is served never touches a reserve."""

    def no_more_than_asked(model: pyo.ConcreteModel, w: int, j: int) -> tuple[float, float]:
        return 0.0, problem.demand[w, j]

    model.short = pyo.Var(model.SCENARIOS, model.CLASSES, bounds=no_more_than_asked)

    @model.Expression(model.SCENARIOS, model.CLASSES)
    def taken(model: pyo.ConcreteModel, w: int, j: int) -> pyo.Expression:
        """Units served to class j and all poorer ones."""
        return sum(problem.demand[w, i] - model.short[w, i] for i in model.CLASSES if i >= j)

    @model.Constraint(model.SCENARIOS, model.CLASSES)
    def reserve_kept(model: pyo.ConcreteModel, w: int, j: int) -> pyo.Expression:
        return model.taken[w, j] <= model.stock - model.reserve[j]


def nobody_refused_above_the_reserve(model: pyo.ConcreteModel, problem: RationingProblem) -> None:
    """Poorer classes are served as they ask, until the stock is down to their reserve."""
    poorer = [j for j in model.CLASSES if j > 0]
    model.refused = pyo.Var(model.SCENARIOS, poorer, domain=pyo.Binary)

    @model.Constraint(model.SCENARIOS, poorer)
    def short_only_if_refused(model: pyo.ConcreteModel, w: int, j: int) -> pyo.Expression:
        return model.short[w, j] <= problem.demand[w, j] * model.refused[w, j]

    @model.Constraint(model.SCENARIOS, poorer)
    def refused_only_at_reserve(model: pyo.ConcreteModel, w: int, j: int) -> pyo.Expression:
        left = model.stock - model.reserve[j] - model.taken[w, j]
        return left <= problem.most_stock * (1 - model.refused[w, j])


def fill_rates_kept(model: pyo.ConcreteModel, problem: RationingProblem) -> None:
    """The expected share that is served, of every class with a target."""
    mean = problem.mean_demand

    @model.Expression(model.CLASSES)
    def expected_short(model: pyo.ConcreteModel, j: int) -> pyo.Expression:
        return pyo.quicksum(problem.chance[w] * model.short[w, j] for w in model.SCENARIOS)

    @model.Constraint(model.CLASSES)
    def fill_rate_kept(model: pyo.ConcreteModel, j: int) -> pyo.Expression:
        if problem.fill_targets[j] == 0:
            return pyo.Constraint.Skip
        return model.expected_short[j] <= (1 - problem.fill_targets[j]) * mean[j]


def total_cost(model: pyo.ConcreteModel, problem: RationingProblem) -> None:
    """Money for units bought, left over, and short."""
    asked = float(problem.mean_demand.sum())
    short = sum(model.expected_short[j] for j in model.CLASSES)
    model.bought_cost = pyo.Expression(expr=problem.unit_cost * model.stock)
    model.left_over_cost = pyo.Expression(
        expr=problem.left_over_cost * (model.stock - asked + short)
    )
    model.short_cost = pyo.Expression(
        expr=sum(problem.short_cost[j] * model.expected_short[j] for j in model.CLASSES)
    )
    model.total = pyo.Objective(expr=model.bought_cost + model.left_over_cost + model.short_cost)
