"""Two plans on one screen: what changed, the bridge of the money, who moved and why, limits."""

from __future__ import annotations

from rich.text import Text

from slopt.report.assumed import assumed_lines
from slopt.report.bridge_table import bridge_lines
from slopt.report.changes_table import MOST_ROWS, changes_lines, more_lines
from slopt.report.compare_aims import aims_words
from slopt.report.compare_words import causes_words
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import limit_label, price, quantity
from slopt.report.numbers import NONE, Unit, signed_points
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import totals_unit
from slopt.study.compare.binding import LimitOnBothSides, Turn
from slopt.study.compare.causes import Cause
from slopt.study.compare.comparison import Comparison, SegmentMove
from slopt.study.compare.files import INPUT_WORDS
from slopt.study.compare.side import Side, SideKind
from slopt.vocabulary import Status

KINDS = {
    SideKind.SOLVED: later("{side}: the best plan of {named} · {name}"),
    SideKind.RECORDED: later("{side}: the plan of run {named} · {name}"),
    SideKind.BROUGHT: later("{side}: the plan in {named} · {name}"),
    SideKind.EDITED: later(
        "{side}: the plan in {named}, which was changed since its run and is not the run's plan · "
        "{name}"
    ),
}
TURNS = {
    Turn.BINDS_NOW: later("binds in B alone"),
    Turn.NO_LONGER_BINDS: later("binds in A alone"),
    Turn.BINDS: later("binds in both"),
    Turn.SLACK: later("binds in neither"),
}


def compare_lines(found: Comparison, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt compare` prints, at most `width` cells wide."""
    _, info = language, found.b.case.settings.case
    lines = sentence(_side_words("A", found.a, _), width)
    lines += sentence(_side_words("B", found.b, _), width)
    lines += sentence(_("Money in {money}", money=_.money_a_period(info)), width)
    lines += [Text(""), *sentence(decision(found, _), width, "bold")]
    aims = aims_words(found, _)
    lines += sentence(aims, width) if aims else []
    if found.is_same:
        return lines
    lines += [*_level_lines(found, width, _), Text(""), *bridge_lines(found, width, _)]
    for part in (
        changes_lines(found.changes, width, _, is_for_other=found.b.is_for_other_than(found.a)),
        _moves_lines(found, width, _),
        _limits_lines(found, width, _),
        _sureness_lines(found, width, _),
    ):
        lines += [Text(""), *part] if part else []
    return [*lines, *assumed_lines(found.b.case, width, _)]


def _side_words(which: str, side: Side, _: Language) -> str:
    places = {"side": which, "named": side.label, "name": side.case.settings.case.name}
    is_proven = side.status is Status.OPTIMAL
    if side.kind is SideKind.SOLVED and not is_proven and side.gap is None:
        return _("{side}: the best plan found of {named} · {name}", **places)
    if side.kind is SideKind.SOLVED and not is_proven:
        return _(
            "{side}: the best plan found of {named}, within {gap} of the best · {name}",
            gap=_.gap(side.gap),
            **places,
        )
    if side.kind is SideKind.TODAY:
        tiers = _.plural(_.words(side.case.settings.words).tier)
        return _("{side}: today's {tiers} · {name}", tiers=tiers, **places)
    return _(KINDS[side.kind], **places)


def decision(found: Comparison, language: Language = ENGLISH) -> str:
    """What the comparison comes to, in one or two sentences."""
    _ = language
    words, info = _.words(found.b.case.settings.words), found.b.case.settings.case
    if found.is_same:
        return _(
            "A and B are the same plan for the same inputs: nothing moves and no money changes."
        )
    then, now = found.b.evaluation, found.a.evaluation
    unit = totals_unit(then, now, _)
    change = _(
        "expected {lost} {expected}, {cost} {booked}, together {total} {money}",
        lost=words.lost_sales,
        expected=_signed(unit, then.lost_sales - now.lost_sales),
        cost=words.service_cost,
        booked=_signed(unit, then.service_cost - now.service_cost),
        total=_signed(unit, then.total_cost - now.total_cost),
        money=_.per_period(info),
    )
    if found.is_same_plan:
        return _("A and B are the same plan for other inputs: {change}.", change=change)
    known = set(found.b.problem.segments[: found.b.problem.segment_count])
    moved = [m for m in found.moves if m.before and m.after and m.segment in known]
    text = _(
        "From A to B {n} of {segments} move: {change}.",
        n=f"{len(moved):,}",
        segments=_.counted(found.common, words.segment),
        change=change,
    )
    if found.common == 0:
        text = _("No {segment} is in both A and B: {change}.", segment=words.segment, change=change)
    new = sum(m.before is None for m in found.moves)
    gone = sum(m.after is None for m in found.moves)
    if not new and not gone:
        return text
    others = _(
        "Of the {segments}, {new} are new in B and {gone} are gone.",
        segments=_.plural(words.segment),
        new=f"{new:,}",
        gone=f"{gone:,}",
    )
    return _.sentences([text, others])


def _signed(unit: Unit, change: float) -> str:
    return f"{unit.signed(change)} {unit.prefix}".rstrip()


def _level_lines(found: Comparison, width: int, _: Language) -> list[Text]:
    words = _.words(found.b.case.settings.words)
    before, after = found.a.evaluation.service_level, found.b.evaluation.service_level
    text = _(
        "{level}, weighted mean: {before} % in A, {after} % in B ({points} points)",
        level=_.capital(words.service_level),
        before=f"{100 * before:.1f}",
        after=f"{100 * after:.1f}",
        points=signed_points(after - before),
    )
    lines = sentence(text, width)
    for name, side in (("A", found.a), ("B", found.b)):
        broken = [limit_label(breach.rule, _) for breach in side.evaluation.violations]
        if broken:
            more = [_("{n} more", n=len(broken) - 4)] if len(broken) > 4 else []
            limits = _.listed([*broken[:4], *more])
            lines += sentence(_("{side} breaks {limits}.", side=name, limits=limits), width)
    return lines


def _moves_lines(found: Comparison, width: int, _: Language) -> list[Text]:
    """Who moved, largest effect first, and why."""
    if not found.moves:
        return []
    words, info = _.words(found.b.case.settings.words), found.b.case.settings.case
    ordered = sorted(found.moves, key=lambda move: -abs(move.money.total_cost))
    amounts = [m.money.service_cost for m in ordered] + [m.money.lost_sales for m in ordered]
    unit = _.rows_unit(amounts)
    rows = [
        [
            move.segment,
            _tiers(move, _),
            unit.signed(move.money.service_cost),
            unit.signed(move.money.lost_sales),
            unit.signed(move.money.total_cost),
            causes_words(move.causes, found, _),
        ]
        for move in ordered[:MOST_ROWS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), style="bold"),
        Col(_("because of"), right=False, wrap=True),
    ]
    if found.is_joint or (
        not found.changes and not any(Cause.CLOSE in move.causes for move in found.moves)
    ):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    head = _("Who moved, in {unit} at the inputs of B", unit=_.unit_head(unit, info))
    if found.is_joint:
        head = _(
            "Who moved, in {unit}, each at the inputs of its side", unit=_.unit_head(unit, info)
        )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    return lines + more_lines(len(ordered), width, _)


def _tiers(move: SegmentMove, _: Language) -> str:
    if move.before is None:
        return _("new, {tier}", tier=move.after)
    if move.after is None:
        return _("gone, was {tier}", tier=move.before)
    return f"{move.before} → {move.after}"


def _limits_lines(found: Comparison, width: int, _: Language) -> list[Text]:
    """Limits that bind on a side, and those that differ."""
    shown = [
        limit
        for limit in found.limits
        if limit.turn is not Turn.SLACK or len(set(_values(found, limit, _))) > 1
    ]
    if not shown:
        text = _("No limit binds in A or in B.")
        return sentence(text, width) if found.limits else []
    rows: list[list[str | Text]] = []
    for limit in shown[:MOST_ROWS]:
        uses = [_quantity(side, limit.name, use, "used", _) for side, use in _uses(found, limit)]
        prices = [
            NONE if cost is None else price(side.problem, limit.name, cost, _)
            for side, cost in ((found.a, limit.price_a), (found.b, limit.price_b))
        ]
        rows.append(
            [
                Text(limit_label(limit.name, _), style="bold" if limit.turn in _TURNED else ""),
                _arrow(*uses),
                _arrow(*_values(found, limit, _)),
                _arrow(*prices),
                _(TURNS[limit.turn]),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used"), drop=1),
        Col(_("limit")),
        Col(_("price")),
        Col("", right=False, wrap=True),
    ]
    return table(columns, rows, width, language=_) + more_lines(len(shown), width, _)


_TURNED = (Turn.BINDS_NOW, Turn.NO_LONGER_BINDS)


def _uses(found: Comparison, limit: LimitOnBothSides) -> tuple[tuple[Side, object], ...]:
    return (found.a, limit.a), (found.b, limit.b)


def _values(found: Comparison, limit: LimitOnBothSides, _: Language) -> tuple[str, str]:
    """The limit itself on either side."""
    first, second = (
        _quantity(side, limit.name, use, "limit", _) for side, use in _uses(found, limit)
    )
    return first, second


def _quantity(side: Side, name: str, use: object, which: str, _: Language) -> str:
    return NONE if use is None else quantity(side.problem, name, float(getattr(use, which)), _)


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _sureness_lines(found: Comparison, width: int, _: Language) -> list[Text]:
    """How the causes were told apart, and what the order of the bridge means."""
    lines: list[Text] = []
    why = found.attribution
    moved = [m for m in found.moves if m.before is not None and m.after is not None]
    if found.is_joint:
        text = _(
            "Levels, stocks and agents were made for the inputs of each side, so that it is not "
            "told apart which input moved whom. The bridge adds up exactly; --json has every digit."
        )
        return sentence(text, width)
    if len(found.causes) > 1:
        text = _(
            "The inputs of B are taken over in this order: {order}. In another order the same sum "
            "would be shared out differently.",
            order=_.listed([_(INPUT_WORDS[cause]) for cause in found.causes]),
        )
        lines += sentence(text, width)
    if why.left_out:
        text = _(
            "The plans between A and B were not all solved, for want of time or for their size: "
            "moves have all the causes that could not be told apart."
        )
        lines += sentence(text, width)
    elif moved and why.solved:
        text = _.count(
            "A move belongs to the first change of inputs after which the best plan has it: {n} "
            "plan between A and B solved to tell.",
            "A move belongs to the first change of inputs after which the best plan has it: {n} "
            "plans between A and B solved to tell.",
            why.solved,
        )
        lines += sentence(text, width)
    close = sum(Cause.CLOSE in move.causes for move in moved)
    if close:
        text = _.count(
            "{n} of {moves} is too close to tell: without that B would be worse by no more than "
            "{gap}, and no plan is proven nearer.",
            "{n} of {moves} are too close to tell: without that B would be worse by no more than "
            "{gap}, and no plan is proven nearer.",
            close,
            moves=_.count("{n} move", "{n} moves", len(moved)),
            gap=_.gap(why.room),
        )
        lines += sentence(text, width)
    lines += sentence(_("The bridge adds up exactly; --json has every digit."), width)
    return lines
