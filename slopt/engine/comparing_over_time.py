"""Compare what two words name, where both are plans over periods."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.case.find import find_case
from slopt.case.schema import SCHEMAS, table_name
from slopt.engine.compared_words import (
    TODAY,
    WORKBOOKS,
    NoPlan,
    Read,
    case_of_bare,
    is_bare,
    require_a_plan,
    require_case_for,
)
from slopt.engine.horizon_runs import named_horizon_plan
from slopt.engine.horizons import SolvedHorizon, solve_over_time
from slopt.errors import SloptError, UsageError
from slopt.plan.horizon.bring import PlanFiles, read_horizon_plan
from slopt.plan.horizon.plan import todays_choice
from slopt.problem.horizon.build import build_horizon
from slopt.sayings import listed, say
from slopt.shipped import examples
from slopt.store.find import find_run
from slopt.study.over_time.bridge import ComparisonOverTime, compare_over_time
from slopt.study.over_time.sides import SideOverTime, side_over_time
from slopt.vocabulary import Method


@dataclass(frozen=True, eq=False)
class ComparedOverTime:
    """The comparison; where a case had to be solved and has no plan, its answer in its place."""

    comparison: ComparisonOverTime | None
    failed: SolvedHorizon | None = None
    label: str = ""


def are_over_time(a: str, b: str | None, case: str | None) -> bool:
    """Are the plans that these words name over periods?

    Raises UsageError where one is and the other is of one period.
    """
    words = [word for word in (a, b, case) if word is not None]
    known = [(word, found) for word in words if (found := _is_over_time(word)) is not None]
    if len({found for _word, found in known}) > 1:
        over = listed(word for word, found in known if found)
        single = listed(word for word, found in known if not found)
        raise UsageError(
            say(
                "{over} is over several periods and {single} is of one: the two do not compare. "
                "Compare plans over the same periods, or plans of one period.",
                over=over,
                single=single,
            )
        )
    return any(found for _word, found in known)


def _is_over_time(word: str) -> bool | None:
    """None where the word alone does not say: today, a plan file, what nobody knows."""
    path = Path(word)
    if is_bare(word):
        return None
    if path.is_dir() and not (path / "case.toml").is_file():
        return _says_periods(path / "result.json")
    if _is_case(word):
        return _case_is_over_time(word)
    try:
        return bool(find_run(word).document.get("periods"))
    except SloptError:
        return None  # whoever reads it next says what is wrong with it


def _is_case(word: str) -> bool:
    path = Path(word)
    return path.is_dir() or word in examples() or path.suffix.casefold() in WORKBOOKS


def _says_periods(path: Path) -> bool | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return bool(document.get("periods"))
    except (OSError, ValueError, AttributeError):
        return None


def _case_is_over_time(word: str) -> bool | None:
    """Has the case a table of periods? Of a folder no other table is read for that."""
    from slopt.case.read import read, read_table

    try:
        path = find_case(word)
    except SloptError:
        return None
    table = None
    if not path.is_dir():
        table = read(path).tables.get("periods")
    for file in path.iterdir() if path.is_dir() else ():
        if file.is_file() and table_name(file.stem) == "periods":
            table, _problems = read_table(file, SCHEMAS["periods"])
    return table is not None and len(table.rows) > 0


def compare_named_over_time(
    a: str,
    b: str | None,
    case: str | None,
    read: Read,
    method: Method = Method.AUTO,
    settings: Sequence[str] = (),
) -> ComparedOverTime:
    """Compare two plans over periods: runs, cases that are solved, plan files, or `today`.

    One word alone is a case: today against its plan. Plan files and `today` belong to `case`, or
    to the case of the other side. Raises UsageError and InvalidInput for what cannot be compared.
    """
    words = (TODAY, a) if b is None else (a, b)
    require_case_for(words[1], settings, _is_case(words[1]) and _is_input(words[1]))
    require_a_plan(words)
    sides: list[SideOverTime | None] = [None, None]
    try:
        for place, word in enumerate(words):
            if not is_bare(word):
                sides[place] = _whole(word, place == 1, case, read, method, settings)
    except NoPlan as none:
        return ComparedOverTime(None, none.solved, none.label)
    for place, word in enumerate(words):
        if sides[place] is None:
            other = sides[1 - place]
            its = case_of_bare(None if other is None else other.case, case, place == 1, read)
            sides[place] = _bare(word, its)
    first, second = sides
    assert first is not None
    assert second is not None
    return ComparedOverTime(compare_over_time(first, second))


def _is_input(word: str) -> bool:
    path = Path(word)
    return not path.is_dir() or (path / "case.toml").is_file()


def _bare(word: str, case: PlanningCase) -> SideOverTime:
    problem = build_horizon(case)
    if word != TODAY:
        files = PlanFiles.beside(Path(word))
        return side_over_time(word, case, read_horizon_plan(case, problem, files).choice)
    choice = todays_choice(problem)
    if choice is None:
        raise UsageError(
            say("Some segments have no current_tier, so that there is no plan of today.")
        )
    return side_over_time(word, case, choice)


def _whole(
    word: str, is_b: bool, named: str | None, read: Read, method: Method, settings: Sequence[str]
) -> SideOverTime:
    """A case that is solved, or a run."""
    if _is_case(word) and _is_input(word):
        solved = solve_over_time(read(word, is_b), method)
        if solved.plan is None:
            raise NoPlan(word, solved)
        plan = solved.plan
        label = word
        if is_b and settings:
            label = say("{case} with {settings}", case=word, settings=listed(settings))
        return side_over_time(label, plan.case, plan.choice, None, 0, plan.status, plan.gap)
    plan = named_horizon_plan(word, named)
    actuals = None if plan.settled is None else plan.settled.actuals
    return side_over_time(word, plan.case, plan.choice, actuals, plan.first)
