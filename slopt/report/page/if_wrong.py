"""The page on what becomes of the plan if the numbers are wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.engine.in_futures import InFutures
from slopt.engine.reporting import Dossier
from slopt.report import charts
from slopt.report.charts import Chart
from slopt.report.goal_figures import GoalFigures
from slopt.report.language import Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.page.curves import WIDE, Curve, banded_frontier
from slopt.report.page.for_risk import own_amount
from slopt.report.page.names import middle_cut
from slopt.report.risk_screen import figures_of, plan_name, sayings
from slopt.report.risk_segment_lines import undecided
from slopt.report.risk_words import chance_words, drawn_words, small_decimals, tail_words
from slopt.report.sureness import PROVEN_BEST
from slopt.study.risk.bands import Band
from slopt.study.risk.drivers import Driver
from slopt.study.risk.side_by_side import Kind, PlanBeside
from slopt.vocabulary import LOSSES, Status

MOST_OPEN = 5
MOST_DRIVERS = 4
MOST_LIMITS = 5
MOST_SAFE = 8
"""Segments of one tier that are named where they are safe to decide."""
LONGEST_INPUT = 44


@dataclass(frozen=True)
class BandRow:
    """A total of the plan: at own numbers, in the mean, its band; `kind` as in the first table."""

    kind: str
    name: str
    own: str
    mean: str
    band: str


@dataclass(frozen=True)
class PlanRow:
    """A plan beside the others."""

    name: str
    is_plan: bool
    mean: str
    tail: str
    band: str
    breaks: str
    regret: str
    level: str
    moves: str


@dataclass(frozen=True)
class OpenRow:
    """A segment to learn about: what is at stake, its tier in each plan, what it hangs on."""

    segment: str
    at_stake: str
    tiers: tuple[str, ...]
    hangs_on: str


@dataclass(frozen=True)
class LimitRow:
    """A limit that futures break: in which share, and by how much then."""

    name: str
    chance: str
    sure: str
    amount: str


@dataclass(frozen=True)
class DriverRow:
    """An input, in the bad futures and in the others."""

    name: str
    bad: str
    rest: str
    explains: str


@dataclass(frozen=True)
class IfWrong:
    """The page, ready to be set."""

    title: str
    text: str
    drawn: str
    unit: str
    bands: tuple[BandRow, ...]
    plans_unit: str
    plans: tuple[PlanRow, ...]
    same: tuple[str, ...]
    chart: Chart
    tail: str
    safe: tuple[tuple[str, str], ...]
    open_unit: str
    open_heads: tuple[str, ...]
    open: tuple[OpenRow, ...]
    limits: tuple[LimitRow, ...]
    limits_note: str
    drivers: tuple[DriverRow, ...]
    frontier: Curve | None

    @property
    def has_regret(self) -> bool:
        """True where plans are held against the best plan of every future."""
        return any(row.regret != NONE for row in self.plans)

    @property
    def has_moves(self) -> bool:
        """True where every segment has a tier today."""
        return any(row.moves != NONE for row in self.plans)


def if_wrong(dossier: Dossier, _: Language) -> IfWrong | None:
    """The page of a dossier; None where nothing in the case is uncertain."""
    found = dossier.futures
    if found is None:
        return None
    figures = figures_of(found.plans, _)
    unit = _.totals_unit([found.bands.totals["total_cost"].high])
    head = _.unit_head(unit, dossier.case.settings.case)
    said = sayings(found.plans, figures, _)
    if not _are_proven(found):
        said = said[:1]  # what caution costs and gains is told of proven plans alone
    seed = dossier.case.settings.solve.seed
    open_unit, open_heads, waiting = _open(dossier, found, figures, _)
    return IfWrong(
        _title(dossier, found, _),
        _.sentences([chance_words(found.study.plan.any_broken.value, _), *said]),
        drawn_words(found.plans.futures.count, seed, _),
        head,
        _bands(dossier, found, unit, _),
        figures.head,
        tuple(_plan(plan, found, figures, _) for plan in found.plans.beside.plans),
        _same(found, _),
        _chart(found, figures, _),
        tail_words(found.plans.beside.aim.tail, _),
        _safe(dossier, found, _),
        open_unit,
        open_heads,
        waiting,
        _limits(dossier, found, _),
        _limits_note(found, _),
        _drivers(found, _),
        banded_frontier(dossier, _),
    )


def _title(dossier: Dossier, found: InFutures, _: Language) -> str:
    """The finding: between what and what the total lies."""
    band = found.bands.totals["total_cost"]
    unit = _.totals_unit([band.low, band.high], [(band.high - band.low) / 4])
    currency = dossier.case.settings.case.currency
    return _(
        "In nine of ten futures the total lies between {low} and {high}",
        low=_.money_in(unit, band.low, currency),
        high=_.money_in(unit, band.high, currency),
    )


def _bands(dossier: Dossier, found: InFutures, unit: Unit, _: Language) -> tuple[BandRow, ...]:
    words = _.words(dossier.case.settings.words)
    then = dossier.plan.evaluation
    lines = [
        ("booked", "service_cost", words.service_cost),
        ("expected", "lost_sales", _("expected {lost}", lost=words.lost_sales)),
    ]
    if then.knows_kinds:
        lines += [("part", name, getattr(words, name)) for name in LOSSES]
    lines.append(("total", "total_cost", _("Total")))
    rows = []
    for kind, name, label in lines:
        band = found.bands.totals[name]
        rows.append(
            BandRow(
                kind,
                label if kind == "part" else _.capital(label),
                unit.plain(own_amount(dossier.plan, name)),
                unit.plain(band.mean),
                between(band, unit),
            )
        )
    level = found.bands.totals["service_level"]
    low, high = percent(level.low, 1), percent(level.high, 1)
    rows.append(
        BandRow(
            "level",
            _("{level}, %", level=_.capital(words.service_level)),
            percent(then.service_level, 1),
            percent(level.mean, 1),
            low if low == high else f"{low}–{high}",
        )
    )
    return tuple(rows)


def between(band: Band, unit: Unit) -> str:
    """The ends of a band in a table: `1.16–2.49`; one number where both read the same."""
    low, high = unit.plain(band.low), unit.plain(band.high)
    return low if low == high else f"{low}–{high}"


def _plan(plan: PlanBeside, found: InFutures, figures: GoalFigures, _: Language) -> PlanRow:
    show = _shown(figures)
    return PlanRow(
        plan_name(plan.kind, found.plans.beside, _),
        plan.kind is found.plans.recommended,
        show(plan.mean),
        show(plan.tail_mean),
        f"{show(plan.low)}–{show(plan.high)}",
        percent(plan.broken, small_decimals(plan.broken)),
        NONE if plan.mean_regret is None else figures.cost(plan.mean_regret),
        percent(plan.level, 1),
        NONE if plan.moves is None else f"{plan.moves:,}",
    )


def _shown(figures: GoalFigures):  # type: ignore[no-untyped-def]
    """How a value of the goal stands in a table."""
    if figures.unit is None:
        return lambda value: percent(value, 1)
    return figures.unit.plain


def _same(found: InFutures, _: Language) -> tuple[str, ...]:
    """Which of the plans are one and the same, and how near all are to the best possible."""
    beside = found.plans.beside
    groups: dict[Kind, list[Kind]] = {}
    for plan in beside.plans:
        if plan.same_as is not None:
            groups.setdefault(plan.same_as, []).append(plan.kind)
    same = [
        _(
            "One and the same plan: {names}.",
            names=_.listed([plan_name(kind, beside, _) for kind in (first, *others)]),
        )
        for first, others in groups.items()
    ]
    return (*same, _how_near(found, _), *left_out(found, _))


def left_out(found: InFutures, _: Language) -> tuple[str, ...]:
    """Which plans are not there, that `slopt risk` has or could not find either, and why."""
    beside = found.plans.beside
    said = [
        _(
            "Not there: {plan}. {message} {remedy}",
            plan=plan_name(one.kind, beside, _),
            message=_.tell(one.why.message),
            remedy=_.tell(one.why.remedy),
        ).rstrip()
        for one in beside.missing
    ]
    known = {*(plan.kind for plan in beside.plans), *(one.kind for one in beside.missing)}
    if Kind.REGRET not in known:
        said.append(
            _(
                "The plan of least regret is left out here, for its time: with it slopt risk may "
                "find fewer that are safe to decide now."
            )
        )
    return tuple(said)


def _are_proven(found: InFutures) -> bool:
    """True where every plan that slopt chose is proven the best by what it was chosen for."""
    return all(plan.found.status is Status.OPTIMAL for plan in found.plans.beside.chosen)


def _how_near(found: InFutures, _: Language) -> str:
    """How near the plans are to the best possible, each by its own aim."""
    gaps = [plan.found.gap for plan in found.plans.beside.chosen]
    known = [gap for gap in gaps if gap is not None]
    if not known or len(known) < len(gaps):
        return _("How near a plan is to the best possible is not known of all of them.")
    if max(known) <= PROVEN_BEST:
        return _("Every plan is proven best by what it was chosen for.")
    return _(
        "Every plan is within {gap} of the best possible by what it was chosen for.",
        gap=_.gap(max(known)),
    )


def _chart(found: InFutures, figures: GoalFigures, _: Language) -> Chart:
    """The plans that differ, each a line from its 5 % to its 95 %."""
    beside = found.plans.beside
    size = 0.01 if figures.unit is None else figures.unit.size
    recommended = beside.plan(found.plans.recommended)
    rows = [
        {
            "name": plan_name(plan.kind, beside, _),
            "low": plan.low / size,
            "high": plan.high / size,
            "mean": plan.mean / size,
            "tail": plan.tail_mean / size,
            "is_plan": recommended is not None
            and plan.kind in (recommended.kind, recommended.same_as),
        }
        for plan in beside.plans
        if plan.same_as is None
    ]
    name = _("{what}, {unit}", what=figures.noun, unit=figures.head)
    words = {"mean": _("mean"), "tail": tail_words(beside.aim.tail, _)}
    show = _shown(figures)
    alt = _.sentences(
        _(
            "{plan}: between {low} and {high}, in the mean {mean}.",
            plan=plan_name(plan.kind, beside, _),
            low=show(plan.low),
            high=show(plan.high),
            mean=show(plan.mean),
        )
        for plan in beside.plans
        if plan.same_as is None
    )
    heads = (
        ("name", _("Plan")),
        ("low", _("5 %")),
        ("mean", _("mean")),
        ("high", _("95 %")),
        ("tail", words["tail"]),
    )
    return Chart(charts.plans(rows, words, WIDE, name), alt, tuple(rows), heads)


def _safe(dossier: Dossier, found: InFutures, _: Language) -> tuple[tuple[str, str], ...]:
    """By tier: the segments to which every plan gives it."""
    by_tier: dict[str, list[str]] = {}
    for one in found.plans.beside.safe:
        name = offer_words(dossier.problem, one.segment, one.tiers[0], _)
        by_tier.setdefault(name, []).append(dossier.names[one.segment])
    return tuple((middle_cut(tier), _some(names, _)) for tier, names in by_tier.items())


def _some(names: list[str], _: Language) -> str:
    shown, more = names[:MOST_SAFE], len(names) - MOST_SAFE
    if more > 0:
        return _("{names} and {n} more", names=_(", ").join(shown), n=f"{more:,}")
    return _.listed(shown)


def _open(
    dossier: Dossier, found: InFutures, figures: GoalFigures, _: Language
) -> tuple[str, tuple[str, ...], tuple[OpenRow, ...]]:
    """The unit, the plans that differ, and the segments to learn about, most at stake first."""
    beside, inputs = found.plans.beside, found.plans.futures.inputs
    chosen = beside.chosen
    shown = [place for place, plan in enumerate(chosen) if _is_first(place, chosen)]
    unit = _.rows_unit([one.at_stake for one in beside.open] or [0.0])
    rows = []
    for one in beside.open[:MOST_OPEN]:
        hangs = undecided(one, bool(inputs), _)
        if one.decides is not None:
            hangs = middle_cut(inputs[one.decides].name, LONGEST_INPUT)
        stake = percent(one.at_stake, 2) if figures.unit is None else unit.plain(one.at_stake)
        tiers = [offer_words(dossier.problem, one.segment, one.tiers[place], _) for place in shown]
        rows.append(OpenRow(dossier.names[one.segment], stake, tuple(tiers), hangs))
    head = _("points") if figures.unit is None else _.unit_head(unit, dossier.case.settings.case)
    heads = tuple(plan_name(chosen[place].kind, beside, _) for place in shown)
    return head, heads, tuple(rows)


def _is_first(place: int, chosen: tuple[PlanBeside, ...]) -> bool:
    choice = chosen[place].choice
    return not any(np.array_equal(choice, plan.choice) for plan in chosen[:place])


def _limits(dossier: Dossier, found: InFutures, _: Language) -> tuple[LimitRow, ...]:
    """The firm limits that futures break, those that most do first."""
    firm = [its for its in found.study.plan.limits if its.penalty is None]
    broken = [its for its in firm if its.broken_in and its.amount is not None]
    rows = []
    for its in sorted(broken, key=lambda one: -one.chance.value)[:MOST_LIMITS]:
        assert its.amount is not None
        amount = _.amount(its.amount.value)
        if its.name == "min_service_level":
            amount = _("{points} points", points=_.amount(100 * its.amount.value))
        chance = its.chance
        ends = (percent(end, small_decimals(end)) for end in (chance.low, chance.high))
        rows.append(
            LimitRow(
                middle_cut(limit_label(its.name, _)),
                percent(chance.value, small_decimals(chance.value)),
                "–".join(ends),
                amount,
            )
        )
    return tuple(rows)


def _limits_note(found: InFutures, _: Language) -> str:
    """How many more limits futures break, and that the others are kept."""
    firm = [its for its in found.study.plan.limits if its.penalty is None]
    more = sum(bool(its.broken_in) for its in firm) - MOST_LIMITS
    if more > 0:
        return _.count("{n} more is broken in fewer.", "{n} more are broken in fewer.", more)
    if all(its.broken_in for its in firm):
        return ""
    return _("Every other firm limit is kept in all futures.")


def _drivers(found: InFutures, _: Language) -> tuple[DriverRow, ...]:
    """What the bad futures have in common."""
    rows = []
    for one in [its for its in found.study.drivers if its.is_clear][:MOST_DRIVERS]:
        rows.append(
            DriverRow(
                middle_cut(one.name, LONGEST_INPUT),
                _driver(one, one.in_bad, _),
                _driver(one, one.in_rest, _),
                percent(one.explained.value),
            )
        )
    return tuple(rows)


def _driver(one: Driver, value: float, _: Language) -> str:
    """What an input is on average, or how many of the futures have a scenario."""
    if one.is_scenario:
        return _("{share} % of them", share=percent(value))
    return _.amount(value)
