"""Staff options and projects of a case as the values of a horizon problem."""

from __future__ import annotations

import numpy as np

from slopt.case.by_period import of_staff, own_or
from slopt.case.case import PlanningCase, Table
from slopt.case.project_checks import named
from slopt.problem.horizon.problem import Project, StaffOption


def staff_of(case: PlanningCase) -> tuple[StaffOption, ...]:
    """The staff options, in their order; wages grow with the cost factor of the period."""
    table = case.table("staff_options")
    factor = case.table("periods").numbers("cost_factor")
    wages = own_or(of_staff(case).numbers("wage"), table.numbers("wage")[:, None] * factor)
    return tuple(
        StaffOption(
            name,
            resource=case.resources.index(table.texts("resource")[row]),
            units=float(table.numbers("units")[row]),
            wage=wages[row].copy(),
            hire_cost=float(table.numbers("hire_cost")[row]),
            release_cost=float(table.numbers("release_cost")[row]),
            lead=int(table.numbers("lead_periods")[row]),
            ramp=_ramp(table, row),
            term=int(table.numbers("term_periods")[row]),
            most_hired=_or_none(table, "most_hired", row),
            most_held=_or_none(table, "most_held", row),
            whole=bool(table.flags("whole")[row]),
        )
        for row, name in enumerate(table.texts("option"))
    )


def _or_none(table: Table, column: str, row: int) -> float | None:
    value = float(table.numbers(column)[row])
    return None if np.isnan(value) else value


def _ramp(table: Table, row: int) -> tuple[float, ...]:
    """The shares at work before the full one: they rise evenly from `ramp` to 1."""
    first = _or_none(table, "ramp", row)
    if first is None or first == 1:
        return ()
    count = int(table.numbers("ramp_periods")[row])
    return tuple(first + (1 - first) * place / count for place in range(count))


def projects_of(case: PlanningCase) -> tuple[Project, ...]:
    """The projects, in their order."""
    table = case.table("projects")
    ids, periods = table.texts("project").tolist(), case.periods

    def places(column: str, row: int) -> tuple[int, ...]:
        return tuple(ids.index(word) for word in named(table.texts(column)[row]))

    projects = []
    for row, name in enumerate(ids):
        resource, adds = table.texts("resource")[row], float(table.numbers("adds")[row])
        first, last = table.texts("earliest")[row], table.texts("latest")[row]
        projects.append(
            Project(
                name,
                investment=float(table.numbers("investment")[row]),
                takes=int(table.numbers("takes")[row]),
                running_cost=float(table.numbers("running_cost")[row]),
                saves=float(table.numbers("saves")[row]),
                adds=((case.resources.index(resource), adds),) if resource and adds else (),
                earliest=periods.index(first) if first else 0,
                latest=periods.index(last) if last else None,
                after=places("after", row),
                excludes=places("excludes", row),
            )
        )
    return tuple(projects)
