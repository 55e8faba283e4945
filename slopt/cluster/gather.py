"""What is known of a case before it is solved: every partition heard, every problem collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.case.digest import digest
from slopt.case.few import first_few
from slopt.case.read import IN_PARTS, read
from slopt.case.schema import ANY
from slopt.cluster import tasks
from slopt.cluster.duplicates import duplicates
from slopt.cluster.parts import Parts
from slopt.cluster.shared_tables import read_shared, words_named
from slopt.cluster.source import Source
from slopt.cluster.whole import Summary, Weight, Whole, WholeRule, version
from slopt.errors import InvalidInput, Problem, Severity, UsageError
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.sources import require_listed
from slopt.problem.sharing import obstacle
from slopt.sayings import SEMICOLON, listed, say
from slopt.solve.model_file import is_shipped


@dataclass(frozen=True, eq=False)
class Gathered:
    """The case without segments, and what the partitions are together.

    `counts` are segments by partition, `hopeless` is one that may have no tier.
    """

    case: PlanningCase
    problem: ChoiceProblem
    whole: Whole
    counts: tuple[int, ...]
    offers: int
    hopeless: str | None
    case_hash: str
    warnings: tuple[Problem, ...]

    @property
    def segments(self) -> int:
        """How many there are in all partitions."""
        return sum(self.counts)


def gather(parts: Parts, sources: Sequence[Source], overrides: Mapping[str, str]) -> Gathered:
    """Hear every partition. Raises InvalidInput with the problems of all files, or UsageError."""
    summaries = parts.each(tasks.summarise, [None] * len(parts))
    _require_one_version(summaries)
    problems = _each_once(problem for summary in summaries for problem in summary.problems)
    complete = all(summary.is_read for summary in summaries)
    ids, groups = _added(its.ids for its in summaries), _added(its.groups for its in summaries)
    folder = Path(sources[0].folder)
    # What a partition that cannot be read may have is not called unknown.
    known = ids if complete else words_named(read(folder, part=""))
    try:
        case, warnings = read_shared(folder, dict(overrides), known, groups)
    except InvalidInput as error:
        raise InvalidInput(_few(_each_once([*error.problems, *problems]))) from None
    if complete:
        problems += duplicates(parts, sources, summaries)
    problems = _few(_each_once([*warnings, *problems]))
    if not complete or any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidInput(problems)
    require_listed(case, "--cluster")
    problem = build_problem(case)
    _require_sums_only(case, problem)
    hopeless = next((its.hopeless for its in summaries if its.hopeless is not None), None)
    return Gathered(
        case,
        problem,
        _whole(case, problem, summaries, ids, groups),
        tuple(its.weight.count for its in summaries),
        sum(its.offers for its in summaries),
        hopeless,
        _hash(case, summaries),
        tuple(problems),
    )


def _whole(
    case: PlanningCase,
    problem: ChoiceProblem,
    summaries: Sequence[Summary],
    ids: Mapping[str, Weight],
    groups: Mapping[str, Weight],
) -> Whole:
    weight = sum((its.weight for its in summaries), Weight())
    rules = []
    for rule, word in zip(problem.rules, case.table("rules").texts("segment"), strict=True):
        whose = word or ANY
        of_all = weight if whose == ANY else groups.get(whose, Weight())
        rules.append(WholeRule(rule, whose, whose in ids, ids.get(whose, of_all)))
    return Whole(weight, tuple(rules))


def _added(named: Iterable[tuple[tuple[str, Weight], ...]]) -> dict[str, Weight]:
    """Weights by name over all partitions, in their order."""
    total: dict[str, Weight] = {}
    for its in named:
        for name, weight in its:
            total[name] = total.get(name, Weight()) + weight
    return total


def _hash(case: PlanningCase, summaries: Sequence[Summary]) -> str:
    """Over settings, small tables and the content of every partition in order."""
    tables = {name: table.digest for name, table in case.tables.items()}
    for place, summary in enumerate(summaries):
        for name, content in zip(IN_PARTS, summary.digests, strict=True):
            tables[f"{name}/{place}"] = content
    return digest(case.settings.of_the_question(), tables)


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without those that were told before."""
    return list(dict.fromkeys(problems))


def _few(problems: Iterable[Problem]) -> list[Problem]:
    """All problems, but of those of one kind in one column the first ones and a count."""
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        kind = (problem.table, problem.column, problem.severity, problem.remedy)
        kinds.setdefault(kind, []).append(problem)
    return [
        problem
        for alike in kinds.values()
        for problem in first_few(range(len(alike)), alike.__getitem__)
    ]


def _require_one_version(summaries: Sequence[Summary]) -> None:
    others = {summary.version for summary in summaries} - {version()}
    if others:
        raise UsageError(
            say(
                "This is slopt {version}, workers have {others}. Install the same everywhere.",
                version=version(),
                others=listed(sorted(others)),
            )
        )


def _require_sums_only(case: PlanningCase, problem: ChoiceProblem) -> None:
    """Refuse what couples segments otherwise than by a sum over them."""
    reasons: list[str] = [
        say("the rule {rule} compares segments", rule=rule.name)
        for rule in problem.rules
        if not rule.kind.is_on_sum
    ]
    if problem.max_tiers is not None:
        reasons.append(say("max_tiers limits the menu"))
    if problem.open_cost.any():
        reasons.append(say("opening a tier costs money"))
    reason = obstacle(problem)
    if reason is not None and not reasons:
        reasons.append(reason)
    if not is_shipped(case.settings.plan.model):
        reasons.append(say("the model is one of your own"))
    if reasons:
        raise UsageError(
            say(
                "--cluster cannot answer this case: {reasons}. Leave these out, or "
                "solve it on one machine without --cluster.",
                reasons=listed(reasons, SEMICOLON),
            )
        )
