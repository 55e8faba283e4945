"""Which tier a segment has in which period, as a compact grid: a dot where it stays as it was."""

from __future__ import annotations

import re

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.horizon.problem import HorizonProblem, Places
from slopt.report.language import Language
from slopt.report.table import GAP, Col, sentence, shortened, table

MOST_SEGMENTS = 20
LONGEST_NAME = 24
LONGEST_TIER = 8
SAME = "·"
LIFTED = "+"


def grid_lines(
    case: PlanningCase, problem: HorizonProblem, modes: Places, width: int, language: Language
) -> list[Text]:
    """The segments that change their tier, a row each, those of most customers first.

    `modes` (S, T). A tier that a project lifts has a plus. Where all periods do not fit beside
    each other they come in several grids.
    """
    _ = language
    words = _.words(case.settings.words)
    tier, lifted = problem.mode_tier[modes], problem.mode_project[modes] >= 0
    before = np.concatenate([problem.current[:, None], tier[:, :-1]], axis=1)
    moved = np.flatnonzero(((before >= 0) & (before != tier)).any(axis=1))
    if problem.current.max(initial=-1) < 0:
        moved = np.arange(len(modes))
    if not len(moved):
        return sentence(
            _("Every {segment} keeps its {tier}.", segment=words.segment, tier=words.tier), width
        )
    shown = moved[np.argsort(-problem.customers[moved], kind="stable")][:MOST_SEGMENTS]
    names, periods = short_names(problem.tiers), problem.periods
    cells = [_cells(tier[s], before[s], lifted[s], names) for s in shown]
    name_width = min(
        LONGEST_NAME, max(cell_len(words.segment), *(cell_len(problem.segments[s]) for s in shown))
    )
    room = width - name_width - GAP
    if len(_chunks(periods, cells, names, room)) > 1:
        periods = short_periods(periods)
    lines: list[Text] = []
    for first, last in _chunks(periods, cells, names, room):
        columns = [Col(words.segment, right=False)]
        if first == 0:
            columns.append(Col(_("today"), right=False))
        columns += [Col(period, right=False) for period in periods[first:last]]
        rows: list[list[str | Text]] = []
        for s, row in zip(shown, cells, strict=True):
            name = shortened(problem.segments[s], name_width)
            today = [names[problem.current[s]] if problem.current[s] >= 0 else ""]
            rows.append([name, *(today if first == 0 else []), *row[first:last]])
        lines += [*([Text("")] if lines else []), *table(columns, rows, width, language=_)]
    unseen = len(moved) - len(shown), len(modes) - len(moved)
    is_lifted = bool(lifted[shown].any())
    return [*lines, *_legend(case, problem, names, unseen, is_lifted, width, _)]


def _cells(tier: Places, before: Places, lifted: Places, names: list[str]) -> list[str | Text]:
    cells: list[str | Text] = []
    for k, last, lift in zip(tier.tolist(), before.tolist(), lifted.tolist(), strict=True):
        mark = LIFTED if lift else ""
        cells.append(SAME + mark if k == last else Text(names[k] + mark, style="bold"))
    return cells


CENTURY = re.compile(r"\d\d(?=\d\d)")


def short_periods(periods: tuple[str, ...]) -> tuple[str, ...]:
    """The periods without their century, where all have the same: 27Q1 for 2027Q1."""
    centuries = {found[0] if (found := CENTURY.match(period)) else "" for period in periods}
    return periods if len(centuries) > 1 or "" in centuries else tuple(p[2:] for p in periods)


def _chunks(
    periods: tuple[str, ...], cells: list[list[str | Text]], names: list[str], room: int
) -> list[tuple[int, int]]:
    """Periods (from, to) of each grid, so that all fit into the room."""
    widths = [
        max(cell_len(period), *(cell_len(str(row[p])) for row in cells))
        for p, period in enumerate(periods)
    ]
    chunks, first = [], 0
    used = max(5, *(cell_len(name) for name in names)) + GAP
    for p, width in enumerate(widths):
        if p > first and used + width > room:
            chunks.append((first, p))
            first, used = p, 0
        used += width + GAP
    return [*chunks, (first, len(widths))]


def short_names(tiers: tuple[str, ...]) -> list[str]:
    """The tiers as they stand in a grid: whole where they are short, else their first letters.

    As many letters as tell all of them apart; numbers where no beginning does.
    """
    if all(cell_len(tier) <= LONGEST_TIER for tier in tiers):
        return list(tiers)
    for letters in range(1, LONGEST_TIER + 1):
        names = [tier[:letters] for tier in tiers]
        if len(set(names)) == len(names):
            return names
    return [str(place + 1) for place in range(len(tiers))]


def _legend(
    case: PlanningCase,
    problem: HorizonProblem,
    names: list[str],
    unseen: tuple[int, int],
    is_lifted: bool,
    width: int,
    _: Language,
) -> list[Text]:
    """What the signs mean, and how many segments are not in the grid: they move too, or stay."""
    tier, (more, kept) = _.words(case.settings.words).tier, unseen
    said = []
    if names != list(problem.tiers):
        pairs = [f"{short} = {name}" for short, name in zip(names, problem.tiers, strict=True)]
        said.append(_("{pairs}.", pairs=_(", ").join(pairs)))
    said.append(_("{sign} as before.", sign=SAME))
    if is_lifted:
        said.append(_("{sign} lifted by a project.", sign=LIFTED))
    if more:
        said.append(
            _.count(
                "{n} more changes its {tier}.", "{n} more change their {tier}.", more, tier=tier
            )
        )
    if kept:
        said.append(_.count("{n} keeps its {tier}.", "{n} keep their {tier}.", kept, tier=tier))
    return sentence(_.sentences(said), width)
