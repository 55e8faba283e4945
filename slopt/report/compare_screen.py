"""Two plans on one screen: what changed, the bridge of the money, who moved and why, limits."""

from __future__ import annotations

from rich.text import Text

from slopt.report.assumed import assumed_lines
from slopt.report.bridge_table import bridge_lines
from slopt.report.compare_words import causes_words, change_cells
from slopt.report.limit_words import price, quantity
from slopt.report.numbers import NONE, Unit, gap_words, signed_points, unit_for_rows
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import totals_unit
from slopt.report.words import capital, counted, listed, plural
from slopt.study.compare.binding import LimitOnBothSides, Turn
from slopt.study.compare.causes import Cause
from slopt.study.compare.comparison import Comparison, SegmentMove
from slopt.study.compare.files import INPUT_WORDS
from slopt.study.compare.side import Side, SideKind
from slopt.vocabulary import Status

MOST_ROWS = 12
KINDS = {
    SideKind.SOLVED: "the best plan of {}",
    SideKind.RECORDED: "the plan of run {}",
    SideKind.BROUGHT: "the plan in {}",
    SideKind.EDITED: "the plan in {}, which was changed since its run and is not the run's plan",
    SideKind.TODAY: "today's tiers",
}
TURNS = {
    Turn.BINDS_NOW: "binds in B alone",
    Turn.NO_LONGER_BINDS: "binds in A alone",
    Turn.BINDS: "binds in both",
    Turn.SLACK: "binds in neither",
}


def compare_lines(found: Comparison, width: int) -> list[Text]:
    """Everything `slopt compare` prints, at most `width` cells wide."""
    info = found.b.case.settings.case
    lines = sentence(f"A: {_side_words(found.a)}", width)
    lines += sentence(f"B: {_side_words(found.b)}", width)
    lines += sentence(f"Money in {info.currency or 'money'} a {info.period}", width)
    lines += [Text(""), *sentence(decision(found), width, "bold")]
    if found.is_same:
        return lines
    lines += [*_level_lines(found, width), Text(""), *bridge_lines(found, width)]
    for part in (
        _changes_lines(found, width),
        _moves_lines(found, width),
        _limits_lines(found, width),
        _sureness_lines(found, width),
    ):
        lines += [Text(""), *part] if part else []
    return [*lines, *assumed_lines(found.b.case, width)]


def _side_words(side: Side) -> str:
    words = KINDS[side.kind].format(side.label)
    if side.kind is SideKind.SOLVED and side.status is not Status.OPTIMAL:
        words = f"the best plan found of {side.label}, within {gap_words(side.gap)} of the best"
    if side.kind is SideKind.TODAY:
        words = f"today's {plural(side.case.settings.words.tier, 2)}"
    return f"{words} · {side.case.settings.case.name}"


def decision(found: Comparison) -> str:
    """What the comparison comes to, in one or two sentences."""
    words, info = found.b.case.settings.words, found.b.case.settings.case
    if found.is_same:
        return "A and B are the same plan for the same inputs: nothing moves and no money changes."
    then, now = found.b.evaluation, found.a.evaluation
    unit, money = totals_unit(then, now), f"{info.currency} a {info.period}".lstrip()
    change = (
        f"expected {words.lost_sales} {_signed(unit, then.lost_sales - now.lost_sales)}, "
        f"{words.service_cost} {_signed(unit, then.service_cost - now.service_cost)}, "
        f"together {_signed(unit, then.total_cost - now.total_cost)} {money}"
    )
    if found.is_same_plan:
        return f"A and B are the same plan for other inputs: {change}."
    moved = [m for m in found.moves if m.before is not None and m.after is not None]
    text = f"From A to B {len(moved):,} of {counted(found.common, words.segment)} move: {change}."
    if found.common == 0:
        text = f"No {words.segment} is in both A and B: {change}."
    new = sum(m.before is None for m in found.moves)
    gone = sum(m.after is None for m in found.moves)
    if new or gone:
        text += f" Of the {plural(words.segment, 2)}, {new:,} are new in B and {gone:,} are gone."
    return text


def _signed(unit: Unit, change: float) -> str:
    return f"{unit.signed(change)} {unit.prefix}".rstrip()


def _level_lines(found: Comparison, width: int) -> list[Text]:
    words = found.b.case.settings.words
    before, after = found.a.evaluation.service_level, found.b.evaluation.service_level
    lines = sentence(
        f"{capital(words.service_level)}, weighted mean: {100 * before:.1f} % in A, "
        f"{100 * after:.1f} % in B ({signed_points(after - before)} points)",
        width,
    )
    for name, side in (("A", found.a), ("B", found.b)):
        broken = [breach.rule for breach in side.evaluation.violations]
        if broken:
            more = [f"{len(broken) - 4} more"] if len(broken) > 4 else []
            lines += sentence(f"{name} breaks {listed([*broken[:4], *more])}.", width)
    return lines


def _changes_lines(found: Comparison, width: int) -> list[Text]:
    """What differs between the inputs."""
    if not found.changes:
        return sentence(
            "The inputs of A and B are the same: what differs is another choice.", width
        )
    rows = [list(change_cells(change)) for change in found.changes[:MOST_ROWS]]
    columns = [
        Col("inputs that differ", right=False, shorten=True),
        Col("rows", drop=1),
        Col("A"),
        Col("B"),
    ]
    lines = table(columns, rows, width)
    if len(found.changes) > MOST_ROWS:
        lines += sentence(f"{len(found.changes) - MOST_ROWS:,} more: --json has all.", width)
    return lines


def _moves_lines(found: Comparison, width: int) -> list[Text]:
    """Who moved, largest effect first, and why."""
    if not found.moves:
        return []
    words, info = found.b.case.settings.words, found.b.case.settings.case
    ordered = sorted(found.moves, key=lambda move: -abs(move.money.total_cost))
    amounts = [m.money.service_cost for m in ordered] + [m.money.lost_sales for m in ordered]
    unit = unit_for_rows(amounts)
    rows = [
        [
            move.segment,
            _tiers(move),
            unit.signed(move.money.service_cost),
            unit.signed(move.money.lost_sales),
            unit.signed(move.money.total_cost),
            causes_words(move.causes, found),
        ]
        for move in ordered[:MOST_ROWS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col(words.service_cost, style=BOOKED),
        Col("lost", style=EXPECTED),
        Col("total", style="bold"),
        Col("because of", right=False, wrap=True),
    ]
    if not found.changes and not any(Cause.CLOSE in move.causes for move in found.moves):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    head = f"Who moved, in {unit.head(info.currency, info.period)} at the inputs of B"
    lines = [*sentence(head, width), *table(columns, rows, width)]
    if len(ordered) > MOST_ROWS:
        lines += sentence(f"{len(ordered) - MOST_ROWS:,} more: --json has all.", width)
    return lines


def _tiers(move: SegmentMove) -> str:
    if move.before is None:
        return f"new, {move.after}"
    if move.after is None:
        return f"gone, was {move.before}"
    return f"{move.before} → {move.after}"


def _limits_lines(found: Comparison, width: int) -> list[Text]:
    """Limits that bind on a side, and those that differ."""
    shown = [
        limit
        for limit in found.limits
        if limit.turn is not Turn.SLACK or _values(found, limit)[0] != _values(found, limit)[1]
    ]
    if not shown:
        return sentence("No limit binds in A or in B.", width) if found.limits else []
    rows: list[list[str | Text]] = []
    for limit in shown[:MOST_ROWS]:
        uses = [_quantity(side, limit.name, use, "used") for side, use in _uses(found, limit)]
        prices = [
            NONE if cost is None else price(side.problem, limit.name, cost)
            for side, cost in ((found.a, limit.price_a), (found.b, limit.price_b))
        ]
        rows.append(
            [
                Text(limit.name, style="bold" if limit.turn in _TURNED else ""),
                _arrow(*uses),
                _arrow(*_values(found, limit)),
                _arrow(*prices),
                TURNS[limit.turn],
            ]
        )
    columns = [
        Col("limit", right=False, shorten=True),
        Col("used", drop=1),
        Col("limit"),
        Col("price"),
        Col("", right=False, wrap=True),
    ]
    lines = table(columns, rows, width)
    if len(shown) > MOST_ROWS:
        lines += sentence(f"{len(shown) - MOST_ROWS:,} more: --json has all.", width)
    return lines


_TURNED = (Turn.BINDS_NOW, Turn.NO_LONGER_BINDS)


def _uses(found: Comparison, limit: LimitOnBothSides) -> tuple[tuple[Side, object], ...]:
    return (found.a, limit.a), (found.b, limit.b)


def _values(found: Comparison, limit: LimitOnBothSides) -> tuple[str, str]:
    """The limit itself on either side."""
    first, second = (_quantity(side, limit.name, use, "limit") for side, use in _uses(found, limit))
    return first, second


def _quantity(side: Side, name: str, use: object, which: str) -> str:
    return NONE if use is None else quantity(side.problem, name, float(getattr(use, which)))


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _sureness_lines(found: Comparison, width: int) -> list[Text]:
    """How the causes were told apart, and what the order of the bridge means."""
    lines: list[Text] = []
    why = found.attribution
    moved = [m for m in found.moves if m.before is not None and m.after is not None]
    if len(found.causes) > 1:
        order = listed([INPUT_WORDS[cause] for cause in found.causes])
        lines += sentence(
            f"The inputs of B are taken over in this order: {order}. In another order the same sum "
            "would be shared out differently.",
            width,
        )
    if why.left_out:
        lines += sentence(
            "The plans between A and B were not all solved, for want of time or for their size: "
            "moves have all the causes that could not be told apart.",
            width,
        )
    elif moved and why.solved:
        lines += sentence(
            "A move belongs to the first change of inputs after which the best plan has it: "
            f"{counted(why.solved, 'plan')} between A and B solved to tell.",
            width,
        )
    close = sum(Cause.CLOSE in move.causes for move in moved)
    if close:
        verb = "is" if close == 1 else "are"
        lines += sentence(
            f"{close:,} of {counted(len(moved), 'move')} {verb} too close to tell: without that B "
            f"would be worse by no more than {gap_words(why.room)}, and no plan is proven nearer.",
            width,
        )
    lines += sentence("The bridge adds up exactly; --json has every digit.", width)
    return lines
