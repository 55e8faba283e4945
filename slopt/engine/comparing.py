"""Two plans side by side, however the user names them: runs, plan files, cases, or today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.case.find import find_case
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
from slopt.engine.solving import Solved, solve_case
from slopt.errors import UsageError
from slopt.problem.build import require_one_period
from slopt.problem.generated.sources import has_sources
from slopt.sayings import listed, say
from slopt.shipped import examples
from slopt.study.compare.comparison import Comparison, compare_sides, is_joint
from slopt.study.compare.joint import compare_joint
from slopt.study.compare.side import (
    Side,
    SideKind,
    side_of_choice,
    side_of_edited,
    side_of_plan,
    side_of_record,
    side_of_today,
)
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.store.run import Run
    from slopt.study.compare.in_futures import PairedFares


@dataclass(frozen=True, eq=False)
class Compared:
    """The comparison; where a case had to be solved and has no plan, its answer in its place."""

    comparison: Comparison | None
    failed: Solved | None = None
    label: str = ""


def compare_named(
    a: str,
    b: str | None,
    case: str | None,
    read: Read,
    method: Method = Method.AUTO,
    settings: Sequence[str] = (),
) -> Compared:
    """Compare what two words name: a run, a plan file, a case, or `today`.

    One word alone is a case: today against its plan. Plan files and `today` belong to `case`, or
    to the case of the other side. `settings` are those that `read` gives to B, as they are shown.
    Raises UsageError and InvalidInput for what cannot be compared.
    """
    first, second = (TODAY, a) if b is None else (a, b)
    require_case_for(second, settings, _is_solved(second))
    try:
        sides = _sides(first, second, case, read, method)
    except NoPlan as none:
        return Compared(None, none.solved, none.label)
    if settings:
        sides = (
            sides[0],
            replace(
                sides[1],
                label=say("{case} with {settings}", case=second, settings=listed(settings)),
            ),
        )
    return Compared(_compared(*sides, method))


def compared_in_futures(found: Comparison) -> PairedFares:
    """Both plans over the futures of B's case. Raises UsageError where A's plan is none of it, or
    nothing in it is uncertain.
    """
    from slopt.problem.scenarios.build import draw_futures
    from slopt.study.compare.in_futures import paired_fares

    a, b = found.a.problem, found.b.problem
    if a.segments != b.segments or a.tiers != b.tiers:
        raise UsageError(
            say(
                "--futures prices both plans in the futures of one case; these have other segments "
                "or tiers. Leave --futures out."
            )
        )
    futures, reserves = draw_futures(found.b.case), (found.a.reserve, found.b.reserve)
    return paired_fares(futures, found.a.choice, found.b.choice, reserves)


def compare_cases(
    a: PlanningCase, b: PlanningCase, labels: tuple[str, str], method: Method = Method.AUTO
) -> Compared:
    """Solve both cases and compare their plans."""
    try:
        first, second = _solved(labels[0], a, method), _solved(labels[1], b, method)
    except NoPlan as none:
        return Compared(None, none.solved, none.label)
    return Compared(_compared(first, second, method))


def compare_with_today(case: PlanningCase, label: str, method: Method = Method.AUTO) -> Compared:
    """Today's tiers against the plan of a case."""
    today = side_of_today(TODAY, case)
    try:
        plan = _solved(label, case, method)
    except NoPlan as none:
        return Compared(None, none.solved, none.label)
    return Compared(_compared(today, plan, method))


def _compared(a: Side, b: Side, method: Method) -> Comparison:
    """Joint plans have a comparison of their own."""
    return compare_joint(a, b) if is_joint(a, b) else compare_sides(a, b, method)


def _sides(
    first: str, second: str, named: str | None, read: Read, method: Method
) -> tuple[Side, Side]:
    words = (first, second)
    require_a_plan(words)
    bare = [_is_bare(word) for word in words]
    sides: list[Side | None] = [None, None]
    for place, word in enumerate(words):
        if not bare[place]:
            sides[place] = _whole_side(word, place == 1, named, read, method)
    for place, word in enumerate(words):
        if bare[place]:
            other = sides[1 - place]
            its = case_of_bare(None if other is None else other.case, named, place == 1, read)
            sides[place] = _bare_side(word, its)
    assert sides[0] is not None
    assert sides[1] is not None
    return sides[0], sides[1]


def _is_bare(word: str) -> bool:
    """True for tiers without a case: today's, or those in a file."""
    path = Path(word)
    if is_bare(word):
        return True
    return path.suffix.casefold() in WORKBOOKS and path.is_file() and not _is_case(path)


def _is_case(path: Path) -> bool:
    """True for a workbook with the sheet that every case has."""
    from slopt.case.read import read

    return "segments" in read(path).tables


def _bare_side(word: str, case: PlanningCase) -> Side:
    if word == TODAY:
        return side_of_today(word, case)
    from slopt.engine.solving import read_plan_of

    problem, choice = read_plan_of(case, Path(word), "slopt compare")
    return side_of_choice(word, case, choice, problem)


def _whole_side(word: str, is_b: bool, named: str | None, read: Read, method: Method) -> Side:
    """A run, or a case that is solved."""
    if _is_solved(word):
        return _solved(word, read(word, is_b), method)
    from slopt.store.find import EditedPlan, find_run

    try:
        found = find_run(word, named)
    except EditedPlan as edited:
        return side_of_edited(str(edited.file), edited.run.case, edited.choice)
    except UsageError:
        if "@" not in word and not Path(word).exists():
            find_case(word)  # whose message names what is near
        raise
    return _recorded(word, found)


def _is_solved(word: str) -> bool:
    """True for cases, false for runs, plan files and today."""
    path = Path(word)
    if _is_bare(word):
        return False
    if path.is_dir():
        return (path / "case.toml").is_file() or not any(path.glob("*.json"))
    return word in examples() or path.suffix.casefold() in WORKBOOKS


def _recorded(word: str, run: Run) -> Side:
    choice = run.choice
    if choice is None and run.command == "solve" and has_sources(run.case):
        from slopt.engine.plan_of_run import plan_of_run

        return side_of_plan(word, plan_of_run(run), SideKind.RECORDED)
    if choice is None and run.document.get("periods"):
        require_one_period(run.case)
    if choice is None:
        its = {"word": word, "command": run.command, "status": run.status}
        raise UsageError(
            say(
                "{word} ended without a plan ({command}, {status}). Name a run of slopt solve, or "
                "a plan.",
                **its,
            )
            if run.plans is None
            else say(
                "{word} has a plan at every point ({command}, {status}). Name a run of slopt "
                "solve, or a plan.",
                **its,
            )
        )
    return side_of_record(word, run.case, choice, run.document)


def _solved(label: str, case: PlanningCase, method: Method) -> Side:
    solved = solve_case(case, method, next_steps=False)
    if solved.plan is None:
        raise NoPlan(label, solved)
    return side_of_plan(label, solved.plan, SideKind.SOLVED)
