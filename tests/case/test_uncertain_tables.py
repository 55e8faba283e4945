"""What a case says of uncertain numbers: which inputs these are, and what is wrong with them."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.case.correlations import Correlated, impossible, matrix_of, of_scores
from slopt.case.load import load_case
from slopt.case.uncertain import is_uncertain, uncertain_cells
from slopt.errors import Severity
from slopt.vocabulary import Distribution

SEGMENTS = "segment,customers,margin\nA,10,0.2\nB,20,0.3\n"
RESPONSE = "segment,leave_probability,listeners\n*,0.05,9\nB,0.1,4\n"
HEAD = "table,column,segment,tier,kind,low,high,span,distribution,coverage\n"
FILES = {"segments.csv": SEGMENTS, "response.csv": RESPONSE}
LEAVE = "response,leave_probability,*,*,measured,0.01,0.2,,,\n"
LEAVE_B = "response,leave_probability,B,*,assumed,0.05,0.2,,,\n"
LISTENERS = "response,listeners,*,*,published,,,0.2,,\n"
CUSTOMERS = "segments,customers,*,*,assumed,,,0.1,normal,0.9\n"


def with_sources(*rows, **others):
    """Files with these rows of sources, and other tables by name."""
    files = {f"{name}.csv": content for name, content in others.items()}
    return {**FILES, "sources.csv": HEAD + "".join(rows), **files}


def inputs(folder, *rows, **others):
    """The uncertain cells of a case with these sources."""
    return uncertain_cells(load_case(folder(with_sources(*rows, **others))))


def test_each_row_of_sources_with_an_interval_is_one_input(folder):
    """Named by its path, with the cells that no more specific row speaks of."""
    found = inputs(folder, LEAVE, LEAVE_B, LISTENERS, CUSTOMERS)
    assert [one.name for one in found] == [
        "response.leave_probability",
        "response[B].leave_probability",
        "response.listeners",
        "segments.customers",
    ]
    assert [one.rows.tolist() for one in found] == [[0], [1], [0, 1], [0, 1]]
    assert [one.distribution for one in found] == [
        Distribution.LOGITNORMAL,
        Distribution.UNIFORM,
        Distribution.UNIFORM,
        Distribution.NORMAL,
    ]
    assert [one.coverage for one in found] == [0.95, 1.0, 1.0, 0.9]
    np.testing.assert_allclose(found[2].lows, [7.2, 3.2])
    np.testing.assert_allclose(found[3].highs, [11, 22])


def test_a_measured_count_is_lognormal(folder):
    """From 0 on without an end, the scale is that of logarithms."""
    (one,) = inputs(folder, "segments,customers,*,*,fitted,5,30,,,\n")
    assert one.distribution is Distribution.LOGNORMAL


def test_an_interval_around_no_value_of_today_is_no_input(folder):
    """As in a sensitivity study."""
    (one,) = inputs(folder, "response,listeners,*,*,assumed,8,16,,,\n")
    assert one.rows.tolist() == [0]
    assert inputs(folder, "response,listeners,*,*,assumed,12,16,,,\n") == ()


def test_limits_of_the_settings_may_be_uncertain_and_decisions_may_not(folder):
    """The budget is one; ranks and rules are none."""
    files = with_sources(
        "settings,limits.budget,*,*,assumed,,,0.1,,\n", "tiers,rank,*,*,assumed,0,9,,,\n"
    )
    files["case.toml"] = "[case]\nname = 'x'\ndiscount_rate = 0.1\n[limits]\nbudget = 1000\n"
    (one,) = uncertain_cells(load_case(folder(files)))
    assert (one.name, one.lows[0], one.highs[0]) == ("limits.budget", 900, 1100)


def test_whether_a_case_is_uncertain(folder):
    """With an interval or with scenarios."""
    assert not is_uncertain(load_case(folder(FILES)))
    assert is_uncertain(load_case(folder(with_sources(LEAVE))))
    scenarios = {"scenarios.csv": "scenario,probability\nall,1\n"}
    assert is_uncertain(load_case(folder({**FILES, **scenarios})))


@pytest.mark.parametrize(
    ("row", "column", "value", "part"),
    [
        ("response,leave_probability,*,*,assumed,0.01,1.2,,,\n", "high", "1.2", "0..1"),
        ("segments,customers,*,*,assumed,-3,30,,,\n", "low", "-3", "0 or more"),
        ("segments,customers,*,*,assumed,3,30,0.2,,\n", "span", "0.2", "a span too"),
        ("segments,customers,*,*,assumed,3,30,,normal,1\n", "coverage", "1", "probability"),
        ("segments,customers,*,*,assumed,3,30,,,0\n", "coverage", "0", "probability"),
        ("segments,customers,*,*,assumed,0,30,,lognormal,\n", "low", "0", "above 0"),
        ("segments,margin,*,*,assumed,0.1,1,,logitnormal,\n", "high", "1", "below 1"),
    ],
)
def test_an_interval_that_cannot_be_is_named_with_its_cell(only, row, column, value, part):
    """With file, row, column and value."""
    problem = only(with_sources(row))
    assert (problem.file, problem.row, problem.column) == ("sources.csv", 2, column)
    assert problem.value == value
    assert part in str(problem)


def test_a_distribution_without_an_interval_is_a_warning(only):
    """It changes nothing, and may be an oversight."""
    problem = only(with_sources("segments,customers,*,*,assumed,,,,normal,\n"))
    assert problem.severity is Severity.WARNING
    assert problem.column == "distribution"


CORRELATIONS = "first,second,correlation\n"


@pytest.mark.parametrize(
    ("rows", "column", "part"),
    [
        (
            "response.listners,segments.customers,0.5\n",
            "first",
            'Did you mean "response.listeners"',
        ),
        ("segments.customers,segments.margin,0.5\n", "second", "how far segments.margin"),
        ("segments.customers,segments.customers,0.5\n", "second", "same input"),
        (
            "segments.customers,response.listeners,0.5\n"
            "response.listeners,segments[*].customers,0.4\n",
            "second",
            "given twice",
        ),
        ("segments.customers,response.listeners,1.1\n", "correlation", "-1..1"),
    ],
)
def test_a_correlation_that_makes_no_sense_is_named(only, rows, column, part):
    """Its row, its column and what to write instead."""
    problem = only(with_sources(LEAVE, LISTENERS, CUSTOMERS, correlations=CORRELATIONS + rows))
    assert (problem.file, problem.column) == ("correlations.csv", column)
    assert part in str(problem)


def test_correlations_that_cannot_all_hold_are_named_with_the_nearest_that_can(only, folder):
    """The smallest eigenvalue, the pairs, and a value with which the case is sound."""
    rows = (
        "response.leave_probability,response.listeners,0.9\n"
        "response.leave_probability,segments.customers,0.9\n"
        "segments.customers,response.listeners,{}\n"
    )
    files = with_sources(LEAVE, LISTENERS, CUSTOMERS, correlations=CORRELATIONS + rows.format(-0.5))
    problem = only(files)
    matrix = [[1, 0.9, 0.9], [0.9, 1, -0.5], [0.9, -0.5, 1]]
    assert f"eigenvalue is {np.linalg.eigvalsh(matrix)[0]:.3g}." in problem.message
    assert "response.leave_probability with segments.customers 0.9" in problem.message
    assert problem.file == "correlations.csv"
    (one,) = impossible(
        [Correlated(0, 1, 0.9, 0), Correlated(0, 2, 0.9, 1), Correlated(1, 2, -0.5, 2)]
    )
    assert f"may be {one.nearest:g}" in problem.remedy
    assert one.row.row == problem.row - 2
    values = [0.9, 0.9, -0.5]
    values[one.row.row] = one.nearest
    changed = "".join(
        f"{pair},{value}\n"
        for pair, value in zip(
            (
                "response.leave_probability,response.listeners",
                "response.leave_probability,segments.customers",
                "segments.customers,response.listeners",
            ),
            values,
            strict=True,
        )
    )
    load_case(folder({**files, "correlations.csv": CORRELATIONS + changed}))


def test_where_no_single_change_would_do_a_factor_for_all_is_named():
    """With it all of them hold."""
    rows = [Correlated(0, 1, 1.0, 0), Correlated(2, 3, 1.0, 1), Correlated(1, 2, 0.3, 2)]
    (one,) = impossible(rows)
    assert one.nearest is None
    ranks = matrix_of(rows, range(4))
    smaller = np.eye(4) + one.factor * (ranks - np.eye(4))
    assert np.linalg.eigvalsh(of_scores(smaller))[0] > 0


def test_a_value_beyond_its_interval_does_not_make_a_correlation_wrong(folder):
    """A sweep may go where an interval does not; what is not uncertain there hangs on nothing."""
    files = with_sources(
        LEAVE,
        CUSTOMERS,
        correlations=CORRELATIONS + "response.leave_probability,segments.customers,0.5\n",
    )
    case = load_case(folder(files), {"response.leave_probability": 0.5})
    assert [one.name for one in uncertain_cells(case)] == ["segments.customers"]


def scenario(values, probabilities="usual,0.6\nstrike,0.4\n"):
    """The files of a case with two scenarios and these values."""
    return {
        **FILES,
        "scenarios.csv": "scenario,probability\n" + probabilities,
        "scenario_values.csv": "scenario,path,value\n" + values,
    }


def test_probabilities_that_do_not_add_up_to_one_are_told_with_their_sum(only):
    """A rounding of the sixth digit is none."""
    problem = only(scenario("strike,segments.customers,0.9x\n", "usual,0.6\nstrike,0.3\n"))
    assert (problem.file, problem.column) == ("scenarios.csv", "probability")
    assert "add up to 0.9" in problem.message


def test_probabilities_may_be_rounded(check):
    """Up to a millionth."""
    thirds = "a,0.3333333\nb,0.3333333\nstrike,0.3333333\n"
    assert check(scenario("strike,segments.customers,0.9x\n", thirds)) == ()


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        ("strik,segments.customers,0.9x", "scenario", 'Did you mean "strike"?'),
        ("strike,segments.customer,0.9x", "path", 'Did you mean "segments.customers"?'),
        ("strike,segments.min_tier,low", "path", "is a decision"),
        ("strike,limits.max_tiers,2", "path", "is a decision"),
        ("strike,words.segment,x", "path", "is a setting"),
        ("strike,segments.customers,many", "value", "no amount and no factor"),
        ("strike,segments.margin,4x", "value", "leave their range, 0..1"),
        ("strike,segments.margin,1.4", "value", "above 1"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_named(only, row, column, part):
    """Its row, its column and what to write instead."""
    problem = only(scenario(row + "\n"))
    assert (problem.file, problem.row, problem.column) == ("scenario_values.csv", 2, column)
    assert part in str(problem)


def test_of_two_paths_the_narrower_counts_and_others_may_not_overlap(check, only):
    """A row of its own is an exception to that of the whole column."""
    nested = "strike,segments.customers,0.9x\nstrike,segments[A].customers,12\n"
    assert check(scenario(nested)) == ()
    crossed = "strike,segments.customers,0.9x\nstrike,segments[*].customers,12\n"
    assert "name the same cell" in only(scenario(crossed)).message


def test_a_sobol_sequence_of_another_size_than_a_power_of_two_is_a_warning(check):
    """With the sizes next to it."""
    settings = {"risk.sampling": "sobol", "risk.samples": 300}
    (problem,) = check(FILES, settings)
    assert problem.severity is Severity.WARNING
    assert "256 or 512" in problem.remedy
    assert check(FILES, {**settings, "risk.samples": 512}) == ()
    assert check(FILES, {"risk.samples": 300}) == ()


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        ("segments,margin,*,*,assumed,0.5,0.9,,,", "low", "is 0.2 to 0.3 today, all outside"),
        ("segments,margin,A,*,assumed,0.5,0.9,,,", "low", "segments.margin is 0.2 today, outside"),
        ("segments,name,*,*,assumed,0.1,0.4,,,", "low", "segments.name is no number"),
        ("segments,current_tier,*,*,assumed,,,0.4,,", "span", "current_tier is no number"),
        ("tiers,rank,*,*,assumed,1,3,,,", "low", "tiers.rank is a decision"),
        ("settings,limits.max_changes,*,*,assumed,3,6,,,", "low", "max_changes is a decision"),
        ("settings,limits.budget,*,*,assumed,5,6,,,", "low", "names no cell of limits.budget"),
        ("settings,case.discount_rate,*,*,assumed,0.5,0.6,,,", "low", "is 0.1 today, outside"),
        ("segments,margin,*,low,assumed,0.1,0.4,,,", "low", "names no cell of segments.margin"),
        ("segments,margin,*,*,assumed,,,0,,", "span", "the interval has no width"),
        ("segments,margin,A,*,assumed,0.2,0.2,,,", "low", "the interval has no width"),
    ],
)
def test_an_interval_by_which_nothing_is_drawn_is_a_warning(only, row, column, part):
    """With its row and the reason."""
    case_file = "[case]\nname = 'x'\ndiscount_rate = 0.1\n"
    problem = only({**with_sources(f"{row}\n"), "case.toml": case_file})
    assert (problem.file, problem.row, problem.column) == ("sources.csv", 2, column)
    assert problem.severity is Severity.WARNING
    assert part in str(problem.message)


def test_a_row_that_is_wrong_otherwise_is_not_told_twice(only):
    """An unknown segment is an error, and no warning besides."""
    problem = only(with_sources("segments,margin,C,*,assumed,0.1,0.4,,,\n"))
    assert problem.severity is Severity.ERROR
    assert problem.column == "segment"
