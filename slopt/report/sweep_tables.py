"""The tables of a sweep: what each input moves, every point, whose tier changes."""

from __future__ import annotations

from rich.text import Text

from slopt.report.language import Language, later
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.risk_words import tail_words
from slopt.report.table import Col, sentence, table
from slopt.study.sweep.point import RiskFigures
from slopt.study.sweep.result import Cell, Shift, Sweep, factor_of
from slopt.vocabulary import Goal, Status

FEW_POINTS = 30
"""Points up to which all are shown."""
MOST_SHIFTS = 10
"""Segments that are named of those that change."""
MOST_EFFECTS = 12
LONGEST_TITLE = 24


def _number(found: Sweep, value: float, unit: Unit) -> str:
    """A value of the goal, without its unit."""
    if found.case.settings.plan.goal is Goal.MAX_SERVICE:
        return percent(value, 2)
    return unit.plain(value)


def cell_words(value: Cell, _: Language) -> str:
    """A value that an input takes at a point."""
    if isinstance(value, float):
        return _.amount(value, 5)
    factor = factor_of(value or "")
    return (value or NONE) if factor is None else f"{factor:.4g}x"


def effect_lines(found: Sweep, unit: Unit, width: int, _: Language) -> list[Text]:
    """What each input moves by itself, where more than one varies."""
    effects = found.effects()
    if len(found.paths) < 2 or not effects:
        return []
    rows = [
        [
            effect.path.text,
            cell_words(effect.low, _),
            _number(found, effect.at_low, unit),
            cell_words(effect.high, _),
            _number(found, effect.at_high, unit),
            _number(found, effect.swing, unit),
        ]
        for effect in effects[:MOST_EFFECTS]
    ]
    columns = [
        Col(_("input"), right=False, shorten=True),
        Col(_("from"), drop=1),
        Col(_("mean")),
        Col(_("to"), drop=1),
        Col(_("mean")),
        Col(_("swing")),
    ]
    head = _("What moves it, as means over the points that have a plan:")
    lines = [Text(head), *table(columns, rows, width, language=_)]
    rest = len(effects) - MOST_EFFECTS
    if rest > 0:
        more = _.count(
            "And {n} input that move less; --json has all.",
            "And {n} inputs that move less; --json has all.",
            rest,
        )
        lines += sentence(more, width)
    return lines


def point_lines(found: Sweep, unit: Unit, width: int, _: Language) -> list[Text]:
    """Every point, where they are few."""
    if len(found.points) > FEW_POINTS:
        return []
    info, words = found.case.settings.case, _.words(found.case.settings.words)
    rows = []
    for place, answer in enumerate(found.answers):
        figures, moved = answer.figures, found.moved(place)
        lead = [str(place), *(cell_words(value, _) for value in found.cells[place])]
        over_futures = _over_futures(found, answer.risk, unit) if found.measures else []
        if answer.choice is None:
            why = _("no plan") if answer.status is Status.INFEASIBLE else answer.word
            rows.append([*lead, why, *[NONE] * (4 + len(over_futures))])
        else:
            rows.append(
                [
                    *lead,
                    unit.plain(figures["service_cost"]),
                    unit.plain(figures["lost_sales"]),
                    unit.plain(figures["total_cost"]),
                    *over_futures,
                    percent(figures["service_level"], 1),
                    NONE if moved is None else f"{moved:,}",
                ]
            )
    columns = [
        Col(_("point")),
        *(Col(title, drop=3, told=True) for title in _titles(found)),
        Col(words.service_cost),
        Col(_("lost")),
        Col(_("total")),
        *(_titles_over_futures(found, _) if found.measures else ()),
        Col(_("level, %"), drop=2),
        Col(_("moved"), drop=1),
    ]
    moved_words = (
        later(
            "{unit}. Moved: {segments} with another {tier} or level than in the plan of the case "
            "as it stands."
        )
        if found.has_levels
        else later(
            "{unit}. Moved: {segments} with another {tier} than in the plan of the case as it "
            "stands."
        )
    )
    note = _(
        moved_words, unit=_.unit_head(unit, info), segments=_.plural(words.segment), tier=words.tier
    )
    return [*table(columns, rows, width, language=_), *sentence(note, width)]


def _over_futures(found: Sweep, risk: RiskFigures | None, unit: Unit) -> list[str]:
    """The goal in the mean of all futures, in the bad end of them, and how often limits break."""
    if risk is None:
        return [NONE] * 3
    ends = (_number(found, value, unit) for value in (risk.mean, risk.tail_mean))
    return [*ends, percent(risk.breaks)]


def _titles_over_futures(found: Sweep, _: Language) -> list[Col]:
    varies = any(path.text == "risk.tail" for path in found.paths)
    tail = _("worst") if varies else tail_words(found.case.settings.risk.tail, _)
    return [Col(_("mean")), Col(tail), Col(_("breaks, %"), drop=2)]


def _titles(found: Sweep) -> list[str]:
    """The paths; long ones without their table, where that leaves them apart."""
    whole = [path.text for path in found.paths]
    ends = [text.rsplit(".", 1)[-1] for text in whole]
    return [
        text if len(text) <= LONGEST_TITLE or ends.count(end) > 1 else end
        for text, end in zip(whole, ends, strict=True)
    ]


def shift_lines(found: Sweep, width: int, _: Language) -> list[Text]:
    """Whose tier or level is not the same everywhere."""
    words = _.words(found.case.settings.words)
    shifts, levels = found.shifts(), level_shift_lines(found, width, _)
    if not found.planned:
        return []
    if not shifts and levels:
        return levels
    if not shifts and found.has_levels:
        text = _(
            "Every {segment} has the same {tier} or level at every point that has a plan.",
            segment=words.segment,
            tier=words.tier,
        )
        return sentence(text, width)
    if not shifts:
        text = _(
            "Every {segment} has the same {tier} at every point that has a plan.",
            segment=words.segment,
            tier=words.tier,
        )
        return sentence(text, width)
    rows = [
        [
            found.case.segments[shift.segment],
            NONE if shift.usual is None else found.case.tiers[shift.usual],
            _tiers(found, shift, _),
        ]
        for shift in shifts[:MOST_SHIFTS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("as it stands"), right=False),
        Col(_("at how many points"), right=False, wrap=True),
    ]
    head = _(
        "{n} of {segments} change their {tier} from point to point:",
        n=f"{len(shifts):,}",
        segments=_.counted(len(found.case.segments), words.segment),
        tier=words.tier,
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    rest = len(shifts) - MOST_SHIFTS
    if rest > 0:
        more = _("And {segments} more; --json has all.", segments=_.counted(rest, words.segment))
        lines += sentence(more, width)
    return [*lines, *([Text("")] if levels else []), *levels]


def level_shift_lines(found: Sweep, width: int, _: Language) -> list[Text]:
    """Whose service level is not the same everywhere, where segments have one of their own."""
    words, shifts = _.words(found.case.settings.words), found.level_shifts()
    if not shifts:
        return []
    rows = [
        [
            found.case.segments[shift.segment],
            NONE if shift.usual is None else percent(shift.usual, 1),
            percent(shift.lowest, 1),
            percent(shift.highest, 1),
            f"{shift.elsewhere:,}",
        ]
        for shift in shifts[:MOST_SHIFTS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("as it stands")),
        Col(_("lowest")),
        Col(_("highest")),
        Col(_("points elsewhere")),
    ]
    head = _(
        "{n} of {segments} change their level from point to point, in percent:",
        n=f"{len(shifts):,}",
        segments=_.counted(len(found.case.segments), words.segment),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    rest = len(shifts) - MOST_SHIFTS
    if rest > 0:
        more = _("And {segments} more; --json has all.", segments=_.counted(rest, words.segment))
        lines += sentence(more, width)
    return lines


def _tiers(found: Sweep, shift: Shift, _: Language) -> str:
    return _(", ").join(f"{found.case.tiers[tier]} {count:,}" for tier, count in shift.tiers)
