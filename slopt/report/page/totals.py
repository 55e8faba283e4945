"""Before and after as a table, one unit for all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slopt.engine.reporting import Dossier
from slopt.plan.parts import has_levels
from slopt.problem.evaluate import Evaluation
from slopt.report.language import Language, later
from slopt.report.numbers import NONE, Unit, percent, signed_percent, signed_points
from slopt.report.page.for_risk import aim_amounts, aim_label
from slopt.report.page.names import limit_name
from slopt.report.sureness import soft_rule_sentences
from slopt.vocabulary import LOSSES, Goal

MOST_SOFT = 2
"""Soft rules that are told in full where the plan breaks more."""
MOST_NAMED = 4
"""Limits that are named where today's tiers break more."""


@dataclass(frozen=True)
class MoneyRow:
    """A line of the table of totals; `kind` is booked, expected, part, total, penalty or level."""

    kind: str
    name: str
    note: str
    today: str
    plan: str
    change: str
    change_percent: str


def totals_unit(then: Evaluation, now: Evaluation | None, _: Language) -> Unit:
    """One unit for all totals, fine enough for their changes and for penalties."""
    fines = [each.penalties for each in (then, now) if each is not None]
    if now is None:
        return _.totals_unit([then.total_cost], fines)
    names = ("service_cost", "lost_sales", "total_cost")
    changes = [getattr(then, name) - getattr(now, name) for name in names]
    return _.totals_unit([then.total_cost, now.total_cost], [*changes, *fines])


def totals_of(dossier: Dossier, unit: Unit, _: Language) -> tuple[MoneyRow, ...]:
    """The rows of the table, the three losses below their sum."""
    plan = dossier.plan
    words = _.words(dossier.case.settings.words)
    then, now = plan.evaluation, plan.current
    expected = _("expected {lost}", lost=words.lost_sales)
    lines = [
        ("booked", "service_cost", words.service_cost, _("booked: in the accounts")),
        ("expected", "lost_sales", expected, _("estimate: in no account")),
    ]
    if then.knows_kinds:
        lines += [("part", name, getattr(words, name), "") for name in LOSSES]
        if then.lost_unsplit or (now and now.lost_unsplit):
            lines.append(("part", "lost_unsplit", _("not told apart"), ""))
    fined = counts_penalties(dossier)
    is_least = not dossier.is_brought and plan.risk is None
    chosen = _("what the plan makes least") * is_least
    least = plan.problem.goal is Goal.MIN_TOTAL_COST and not fined
    note = chosen if least else ""
    if plan.risk is not None:
        note = _("at the case's own numbers")
    lines.append(("total", "total_cost", _("Total"), note))
    if fined:
        note = _("counted against the goal, paid by nobody")
        lines.append(("penalty", "penalties", _("penalties of broken soft rules"), note))
        lines.append(("total", "objective", _(_WITH_PENALTIES[plan.problem.goal]), chosen))
    rows = []
    for kind, name, label, note in lines:
        value = getattr(then, name)
        before = None if now is None else getattr(now, name)
        change = None if before is None else value - before
        rows.append(
            MoneyRow(
                kind,
                _.capital(label) if kind != "part" else label,
                note,
                unit.plain(before),
                unit.plain(value),
                unit.signed(change),
                signed_percent(change, before),
            )
        )
    rows += _by_aim(dossier, unit, _)
    if not has_levels(dossier.problem):
        return tuple(rows)
    level = None if now is None else now.service_level
    points = None if level is None else then.service_level - level
    rows.append(
        MoneyRow(
            "level",
            _.capital(words.service_level),
            _("weighted mean"),
            NONE if level is None else f"{percent(level, 1)} %",
            f"{percent(then.service_level, 1)} %",
            NONE if points is None else _("{points} points", points=signed_points(points)),
            "",
        )
    )
    return tuple(rows)


def _by_aim(dossier: Dossier, unit: Unit, _: Language) -> list[MoneyRow]:
    """What a plan for its futures is best at, where that is money."""
    risk, amounts = dossier.plan.risk, aim_amounts(dossier)
    if risk is None or amounts is None or dossier.plan.problem.goal.maximises:
        return []
    now, then = amounts
    change = None if now is None else then - now
    return [
        MoneyRow(
            "total",
            _.capital(aim_label(dossier, risk, _)),
            _("what the plan makes least"),
            unit.plain(now),
            unit.plain(then),
            unit.signed(change),
            signed_percent(change, now),
        )
    ]


_WITH_PENALTIES = {
    Goal.MIN_TOTAL_COST: later("Total with penalties"),
    Goal.MIN_LOST_SALES: later("Lost sales with penalties"),
    Goal.MIN_BUDGET: later("Service cost with penalties"),
}


def counts_penalties(dossier: Dossier) -> bool:
    """True where the plan or today's tiers break soft rules whose penalties are money."""
    plan = dossier.plan
    fined = plan.evaluation.penalties or (plan.current is not None and plan.current.penalties)
    return bool(fined) and not plan.problem.goal.maximises


def soft_rules_broken(dossier: Dossier, _: Language) -> tuple[str, ...]:
    """A sentence for each soft rule that the plan breaks, the dearest first."""
    plan = dossier.plan
    broken = sorted(plan.evaluation.broken, key=lambda breach: -breach.cost)
    named = replace(plan.evaluation, broken=tuple(broken[:MOST_SOFT]))
    said = soft_rule_sentences(plan.problem.replace(segments=dossier.names), named, _)
    more = len(broken) - MOST_SOFT
    if more > 0:
        said.append(
            _.count("{n} more soft rule is broken.", "{n} more soft rules are broken.", more)
        )
    return tuple(said)


def broken_today(dossier: Dossier, _: Language) -> str:
    """What today's tiers would break; "" where nothing, or where not every segment has one."""
    plan = dossier.plan
    if plan.current is None or not plan.current.violations:
        return ""
    return _(
        "Today's {tiers} would break: {limits}.",
        tiers=_.plural(_.words(dossier.case.settings.words).tier),
        limits=_few(plan.current, _),
    )


def broken_by_plan(dossier: Dossier, _: Language) -> str:
    """What a plan that was brought breaks; "" where it keeps everything."""
    found = dossier.plan.evaluation
    if not found.violations:
        return ""
    return _("This plan breaks: {limits}.", limits=_few(found, _))


def _few(of: Evaluation, _: Language) -> str:
    """The names of what a plan breaks."""
    names = [limit_name(breach.rule, _) for breach in of.violations]
    more = len(names) - MOST_NAMED
    return _.listed([*names[:MOST_NAMED], *([_("{n} more", n=more)] if more > 0 else [])])
