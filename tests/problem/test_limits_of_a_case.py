"""What limits and prices what is shared can be changed without making the offers again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import random_case

from slopt.case.changes import with_values
from slopt.problem.build import LIMITING, build_problem, with_limits_of

VALUES = {"plan.goal": "min_lost_sales", "limits.max_tiers": 2.0, "limits.min_service_level": 0.25}


@given(st.integers(0, 10_000))
def test_new_limits_give_the_problem_of_the_new_case(seed):
    """Every limiting column and setting changed at once, against a problem built from scratch."""
    case = random_case(seed)
    rng = np.random.default_rng(seed)
    changes = {name: VALUES.get(name, 77.5) for name in LIMITING["settings"]}
    changes["limits.max_changes"] = 3.0
    for table in ("tiers", "resources"):
        if len(case.table(table)):
            changes |= {
                f"{table}.{column}": round(float(rng.uniform(0, 90)), 2)
                for column in LIMITING[table]
            }
    changed = with_values(case, changes)
    assert with_limits_of(build_problem(case), changed).same_as(build_problem(changed))
