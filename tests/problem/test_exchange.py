"""Exported files: another reader finds the same program, to the last digit, under telling names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import brute_force, judge
from strategies import problems, random_problem, simple_problem, with_resource

from slopt.errors import UsageError
from slopt.problem.exchange import write_program
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.program_names import plain_parts, program_names
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind

FORMATS = [".mps", ".lp"]


def written(program, names, folder, suffix):
    """The file of a program."""
    path = folder / f"program{suffix}"
    write_program(path, program, names, "a title")
    return path


def read_back(path):
    """What HiGHS reads from a file; no warning allowed."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    return solver


def as_named(lp):
    """A HiGHS program by names: columns, rows with their coefficients, sense and offset."""
    import highspy

    sign = -1.0 if lp.sense_ == highspy.ObjSense.kMaximize else 1.0
    whole = list(lp.integrality_) or [highspy.HighsVarType.kContinuous] * lp.num_col_
    columns = {
        name: (cost, low, high, kind == highspy.HighsVarType.kInteger)
        for name, cost, low, high, kind in zip(
            lp.col_names_, lp.col_cost_, lp.col_lower_, lp.col_upper_, whole, strict=True
        )
    }
    rows = {
        name: (low, high, {})
        for name, low, high in zip(lp.row_names_, lp.row_lower_, lp.row_upper_, strict=True)
    }
    start, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    by_row = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
    for major in range(lp.num_row_ if by_row else lp.num_col_):
        for place in range(start[major], start[major + 1]):
            row, column = (major, index[place]) if by_row else (index[place], major)
            if value[place]:
                rows[lp.row_names_[row]][2][lp.col_names_[column]] = value[place]
    return columns, rows, sign, lp.offset_


def expected(program, names, suffix):
    """The same from our arrays; MPS files are always to be minimised."""
    sign = program.sign if suffix == ".lp" else 1.0
    columns = {
        name: (sign * cost, low, high, bool(integral))
        for name, cost, low, high, integral in zip(
            names.columns, program.cost, program.lower, program.upper, program.integral, strict=True
        )
    }
    rows = {}
    for row, name in enumerate(names.rows):
        here = slice(program.start[row], program.start[row + 1])
        own = dict(
            zip([names.columns[j] for j in program.index[here]], program.value[here], strict=True)
        )
        rows[name] = (program.row_lower[row], program.row_upper[row], own)
    return columns, rows, sign, sign * program.offset


@pytest.mark.parametrize("suffix", FORMATS)
@given(problem=problems())
def test_what_is_read_back_is_the_same_program(tmp_path_factory, suffix, problem):
    """Costs, bounds, whole numbers, rows, sense: bit by bit, for problems of every kind."""
    program = assemble(problem)
    if len(program.cost) == 0:
        return
    names = program_names(problem, program)
    path = written(program, names, tmp_path_factory.mktemp("exported"), suffix)
    assert as_named(read_back(path).getLp()) == expected(program, names, suffix)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("goal", Goal)
@pytest.mark.parametrize("seed", [3, 8])
def test_another_solver_finds_the_brute_force_optimum(tmp_path, suffix, goal, seed):
    """HiGHS alone, from the file, agrees with trying everything; MPS has a maximum turned round."""
    problem = random_problem(seed, goal=goal)
    best, _ = brute_force(problem)
    program = assemble(problem)
    path = written(program, program_names(problem, program), tmp_path, suffix)
    solver = read_back(path)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    if best is None:
        assert status == "Infeasible"
    else:
        assert status == "Optimal"
        value = solver.getInfo().objective_function_value
        if suffix == ".mps" and goal.maximises:
            value = -value
            assert "minus its value" in path.read_text(encoding="utf-8")
        assert value == pytest.approx(judge(problem, best).objective, rel=1e-6, abs=1e-6)


ODD = LinearProgram(
    cost=np.array([0.1 + 0.2, -1 / 3, 0.0, 0.0, 1e-7, 2.0]),
    lower=np.array([-np.inf, -2.5, -np.inf, 3.0, 0.0, -7.0]),
    upper=np.array([np.inf, np.inf, -1.0, 3.0, 1 / 3, 9.0]),
    integral=np.array([False, False, False, False, False, True]),
    start=np.array([0, 2, 4, 6, 7]),
    index=np.array([0, 1, 1, 2, 4, 5, 5]),
    value=np.array([1 / 3, 1e12, -1.0, 2.0, 1.0, 1.0, 1.0]),
    row_lower=np.array([-1 / 3, 0.0, -np.inf, -np.inf]),
    row_upper=np.array([-1 / 3, 0.1, 7.0, np.inf]),
    choose=np.empty((0, 2), dtype=np.int64),
    offset=2 / 3,
    sign=-1.0,
)
"""Free and negative columns, a fixed one, one in no row, a range, a row without sides."""


@pytest.mark.parametrize("suffix", FORMATS)
def test_odd_programs_keep_their_meaning(tmp_path, suffix):
    """Ranges become two rows, a row without sides goes, an offset is a fixed column."""
    problem = simple_problem([[1]], [[1]])
    names = program_names(problem, ODD, assembled=False)
    columns, rows, sign, offset = as_named(read_back(written(ODD, names, tmp_path, suffix)).getLp())
    wanted, _, wanted_sign, wanted_offset = expected(ODD, names, suffix)
    assert columns.pop("constant") == (wanted_offset, 1.0, 1.0, False)
    assert offset == 0
    assert {name: columns[name] for name in columns} == {name: wanted[name] for name in columns}
    assert set(wanted) - set(columns) <= {"column__3"}  # in the LP format known by its bound alone
    assert sign == wanted_sign
    assert rows == {
        "row__0": (-1 / 3, -1 / 3, {"column__0": 1 / 3, "column__1": 1e12}),
        "row__1": (0.0, np.inf, {"column__1": -1.0, "column__2": 2.0}),
        "row__1.most": (-np.inf, 0.1, {"column__1": -1.0, "column__2": 2.0}),
        "row__2": (-np.inf, 7.0, {"column__4": 1.0, "column__5": 1.0}),
    }


@given(st.lists(st.text(max_size=6), unique=True, max_size=8))
def test_name_parts_differ_and_are_plain(ids):
    """Whatever ids hold, their parts are letters, digits, single underscores, and never equal."""
    parts = plain_parts(ids)
    assert len(set(parts)) == len(ids)
    assert all(part.isascii() and "__" not in part and " " not in part for part in parts)


def test_names_say_what_columns_and_rows_are(tmp_path):
    """Tiers on the menu, bought units, limits and segments are found by name."""
    problem = with_resource(
        simple_problem([[1, 4], [2, 7]], [[9, 3], [8, 1]], budget=9.0, max_tiers=1),
        [[1, 2], [1, 3]],
        4,
        extra=1,
        premium=6,
    ).replace(
        segments=("key accounts", "客户"),
        tiers=("a b", "a-b"),
        rules=(Rule("a rule", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=1.0, penalty=5.0),),
    )
    program = assemble(problem)
    names = program_names(problem, program)
    assert names.columns[:4] == [
        "choose__key_accounts__a_b.0",
        "choose__key_accounts__a_b.1",
        "choose__.1__a_b.0",
        "choose__.1__a_b.1",
    ]
    assert names.columns[4:] == ["open__a_b.0", "open__a_b.1", "bought__hours", "column__7"]
    assert names.rows[:2] == ["one_tier__key_accounts", "one_tier__.1"]
    assert {"limit__budget", "limit__hours", "limit__max_tiers", "limit__a_rule"} < set(names.rows)
    hours = program.coefficients(names.rows.index("limit__hours"))
    assert hours[names.columns.index("bought__hours")] == -1
    text = written(program, names, tmp_path, ".mps").read_text(encoding="utf-8")
    assert text.startswith("* a title\n")
    assert "* segment .1 = 客户\n* tier a_b.0 = a b\n* tier a_b.1 = a-b\n" in text


@given(problem=problems())
def test_all_names_of_a_program_differ(problem):
    """No two columns and no two rows are called the same."""
    program = assemble(problem)
    names = program_names(problem, program)
    assert len(set(names.columns)) == len(program.cost)
    assert len(set(names.rows)) == len(program.row_lower)


def test_only_known_endings_are_written(tmp_path):
    """The ending names the format; nothing is written otherwise."""
    problem = simple_problem([[1]], [[1]])
    program = assemble(problem)
    names = program_names(problem, program)
    with pytest.raises(UsageError, match=r"\.mps or \.lp"):
        write_program(tmp_path / "a.txt", program, names, "")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_program(tmp_path / "file" / "a.lp", program, names, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
