"""Pyomo model -> linear program, so that models go through the same adapter as arrays do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.program import LinearProgram
from slopt.sayings import say


class TriviallyInfeasibleError(Exception):
    """A constraint of the model is false whatever is chosen."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """The linear program of a model, its columns in the order of the model.

    `variables` by column; `rows` by id of a constraint.
    """

    program: LinearProgram
    variables: Sequence[Any]
    rows: Mapping[int, int]

    def columns_of(self, variable: Any) -> dict[Any, int]:
        """Key of an indexed variable -> its column, for those that the program knows."""
        keys = {id(variable[key]): key for key in variable}
        return {
            keys[id(each)]: column for column, each in enumerate(self.variables) if id(each) in keys
        }


def compiled(model: pyo.ConcreteModel) -> Compiled:
    """The linear program that a Pyomo model states, whatever its variables mean.

    Raises UsageError where the model is not linear, TriviallyInfeasibleError where a constraint can
    never hold.
    """
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    except InfeasibleConstraintException as error:
        raise TriviallyInfeasibleError(str(error)) from error
    except Exception as error:
        raise UsageError(
            say("The model is not a linear program: {reason}", reason=error)
        ) from error
    if len(form.objectives) != 1:
        raise UsageError(say("The model needs exactly one active objective."))
    sign = -1.0 if form.objectives[0].sense == pyo.maximize else 1.0
    matrix = form.A.tocsr()
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    rhs = np.asarray(form.rhs, dtype=np.float64)
    rows = {id(row.constraint): i for i, row in enumerate(form.rows)}
    named = getattr(model, "limits_by_name", {})
    program = LinearProgram(
        cost=sign * form.c.toarray()[0],
        lower=np.array([-np.inf if v.lb is None else v.lb for v in form.columns]),
        upper=np.array([np.inf if v.ub is None else v.ub for v in form.columns]),
        integral=np.array([not v.is_continuous() for v in form.columns], dtype=np.bool_),
        start=matrix.indptr.astype(np.int64),
        index=matrix.indices.astype(np.int64),
        value=np.asarray(matrix.data, dtype=np.float64),
        row_lower=np.where(sense <= 0, rhs, -np.inf),
        row_upper=np.where(sense >= 0, rhs, np.inf),
        choose=np.zeros((0, 2), dtype=np.int64),
        offset=sign * float(form.c_offset[0]),
        sign=sign,
        shared={name: rows[id(c)] for name, c in named.items() if id(c) in rows},
    )
    return Compiled(program, form.columns, rows)


def program_of(model: pyo.ConcreteModel, problem: ChoiceProblem) -> LinearProgram:
    """The linear program that a Pyomo model states, its `choose` columns first.

    Raises UsageError where the model is not linear or its `choose` is not over segments and tiers,
    TriviallyInfeasibleError where a constraint can never hold.
    """
    found = compiled(model)
    program = found.program
    columns, choose = _choose_first(model, found.variables, problem)
    place = np.empty(len(columns), dtype=np.int64)
    place[columns] = np.arange(len(columns))
    return program.replace(
        cost=program.cost[columns],
        lower=program.lower[columns],
        upper=program.upper[columns],
        integral=program.integral[columns],
        index=place[program.index],
        choose=choose,
    )


def _choose_first(
    model: pyo.ConcreteModel, columns: Sequence[Any], problem: ChoiceProblem
) -> tuple[list[int], np.ndarray]:
    """Column order with the choose variables first, and which pair each of them is."""
    segment_at = {name: s for s, name in enumerate(problem.segments)}
    tier_at = {name: k for k, name in enumerate(problem.tiers)}
    try:
        pair_of = {
            id(model.choose[key]): (segment_at[key[0]], tier_at[key[1]]) for key in model.choose
        }
    except (KeyError, TypeError, IndexError) as error:
        raise UsageError(say("The model's choose must be indexed by (segment, tier).")) from error
    first = [i for i, variable in enumerate(columns) if id(variable) in pair_of]
    rest = [i for i, variable in enumerate(columns) if id(variable) not in pair_of]
    pairs = [pair_of[id(columns[i])] for i in first]
    return first + rest, np.array(pairs, dtype=np.int64).reshape(-1, 2)
