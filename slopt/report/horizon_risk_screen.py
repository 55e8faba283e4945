"""How a plan over periods fares in many futures: on one screen, by period, by limit, by input."""

from __future__ import annotations

from math import isfinite

from rich.text import Text

from slopt.engine.risks_over_time import RiskOverTime
from slopt.plan.horizon.plan import HorizonPlan
from slopt.report.horizon_screen import horizon_decision
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.risk_words import ROUND, small_decimals, tail_phrase, tail_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.spread import Spread

MOST_LIMITS = 12
MOST_INPUTS = 6
LEAST_SHARE = 0.01
"""Inputs that explain less of the spread than this are not named."""


def horizon_risk_lines(found: RiskOverTime, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt risk` prints of a plan over periods, at most `width` cells wide."""
    _ = language
    lines = [*sentence(_headline(found, _), width), Text("")]
    for place, text in enumerate(risk_sentences(found, _)):
        lines += sentence(text, width, "" if place else "bold")
    if isinstance(found.plan, HorizonPlan):
        lines += [Text(""), *sentence(horizon_decision(found.plan, _), width)]
    for part in (
        total_lines(found, width, _),
        period_lines(found, width, _),
        limit_lines(found, width, _),
        input_lines(found, width, _),
        few_lines(found, width, _),
    ):
        lines += [Text(""), *part] if part else []
    return lines


def few_lines(found: RiskOverTime, width: int, _: Language) -> list[Text]:
    """What the futures are too few for."""
    return [line for few in found.too_small for line in sentence(_.tell(few.message), width)]


def _headline(found: RiskOverTime, _: Language) -> str:
    info, words = found.plan.case.settings.case, _.words(found.plan.case.settings.words)
    periods = found.fares.periods
    return _.count(
        "{name} · {segments}, {periods} from {first} to {last} · {n} future, seed {seed} · {money}",
        "{name} · {segments}, {periods} from {first} to {last} · {n} futures, seed {seed} · "
        "{money}",
        found.fares.count,
        name=info.name,
        segments=_.counted(len(found.plan.problem.segments), words.segment),
        periods=_.count("{n} period", "{n} periods", len(periods)),
        first=periods[0],
        last=periods[-1],
        seed=found.seed,
        money=_.currency(info.currency) or _("money"),
    )


def risk_sentences(found: RiskOverTime, _: Language) -> list[str]:
    """How far the plan may be off, whether it beats today, what it may break: in sentences."""
    fares, currency = found.fares, found.plan.case.settings.case.currency
    npv = fares.totals["npv"]
    unit = _unit([npv], _)
    said = [
        _(
            "In nine of ten futures the net present value of the plan lies between {low} and "
            "{high}, {mean} in the mean; at the case's own numbers it is {own}.",
            low=_.money_in(unit, npv.low, currency),
            high=_.money_in(unit, npv.high, currency),
            mean=_.money_in(unit, npv.mean, currency),
            own=_.money_in(unit, npv.own, currency),
        )
    ]
    gain = fares.chance_of_gain
    if gain is not None and gain > 1 - ROUND:
        said.append(_("It is better than keeping today's service in all of them."))
    elif gain is not None:
        said.append(
            _(
                "It is better than keeping today's service in {share} % of them.",
                share=percent(gain, small_decimals(gain)),
            )
        )
    return [*said, _broken(found, _), *_sure(found, _)]


def _sure(found: RiskOverTime, _: Language) -> list[str]:
    """How far the mean and the chance may be off, as so many futures were drawn and no more."""
    mean, chance = found.mean_npv, found.any_broken
    currency = found.plan.case.settings.case.currency
    unit = _.totals_unit([mean.low, mean.high], [(mean.high - mean.low) / 4])
    said = []
    if isfinite(mean.low) and mean.low < mean.high:
        said.append(
            _(
                "As sure as 95 in 100, that mean is between {low} and {high}.",
                low=_.money_in(unit, mean.low, currency),
                high=_.money_in(unit, mean.high, currency),
            )
        )
    if isfinite(chance.low) and chance.low < chance.high:
        low, high = (percent(end, small_decimals(end)) for end in (chance.low, chance.high))
        said.append(
            _(
                "As sure, the chance that it breaks some limit is between {low} % and {high} %.",
                low=low,
                high=high,
            )
        )
    return said


def _broken(found: RiskOverTime, _: Language) -> str:
    chance = found.fares.chance_of_any
    if chance <= 0:
        return _("It keeps every limit in all of them.")
    worst = max(found.fares.limits, key=lambda limit: limit.chance)
    return _(
        "It breaks some limit in {share} % of them; most often {limit} of {period}, in {most} %.",
        share=percent(chance, small_decimals(chance)),
        limit=limit_label(worst.name, _),
        period=found.fares.periods[worst.period],
        most=percent(worst.chance, small_decimals(worst.chance)),
    )


def _unit(spreads: list[Spread], _: Language) -> Unit:
    ends = [abs(end) for each in spreads for end in (each.low, each.high)]
    steps = [(each.high - each.low) / 4 for each in spreads]
    return _.totals_unit(ends, [max(steps)])


def total_lines(found: RiskOverTime, width: int, _: Language) -> list[Text]:
    """The totals in present value: at own numbers, in the mean, their band, the bad end."""
    totals, case = found.fares.totals, found.plan.case
    words = _.words(case.settings.words)
    unit = _.totals_unit([abs(each.high) for each in totals.values()])
    labels = {
        "service_cost": (words.service_cost, BOOKED),
        "lost_sales": (_("expected {lost}", lost=words.lost_sales), EXPECTED),
        "total_cost": (_("total"), ""),
        "npv": (_("net present value"), ""),
    }
    rows: list[list[str | Text]] = [
        [Text(label, style=style), *(unit.plain(getattr(totals[name], end)) for end in ENDS)]
        for name, (label, style) in labels.items()
    ]
    head = _("{money}, present value", money=_.money_unit(unit, case.settings.case.currency))
    columns = [
        Col(head, right=False),
        Col(_("own numbers")),
        Col(_("mean")),
        Col(_("5 %")),
        Col(_("95 %")),
        Col(tail_words(found.fares.tail_share, _)),
    ]
    note = _("The last column: of each figure the futures in which it is worst.")
    return [*table(columns, rows, width, language=_), *sentence(note, width)]


ENDS = ("own", "mean", "low", "high", "tail")


def period_lines(found: RiskOverTime, width: int, _: Language) -> list[Text]:
    """A row a period: booked, lost and level with their bands, and the chance of a broken limit."""
    fares, case = found.fares, found.plan.case
    money = [its[name].high for its in fares.by_period for name in ("booked", "lost_sales")]
    unit = _.rows_unit(money)
    budgets = [fares.chance_of("budget", p) for p in range(len(fares.periods))]
    rows = []
    for p, period in enumerate(fares.periods):
        its = fares.by_period[p]
        cells = [period]
        cells += [unit.plain(getattr(its["booked"], end)) for end in ("own", "low", "high")]
        cells.append(_chance(budgets[p]))
        cells += [unit.plain(getattr(its["lost_sales"], end)) for end in ("own", "low", "high")]
        cells += [percent(getattr(its["service_level"], end), 1) for end in ("own", "low")]
        cells.append(_chance(any_of(found, p)))
        rows.append(cells)
    columns = [
        Col(_("period"), right=False),
        Col(_("booked"), style=BOOKED),
        Col(_("5 %"), style=BOOKED, drop=1),
        Col(_("95 %"), style=BOOKED),
        Col(_("over budget, %")),
        Col(_("lost"), style=EXPECTED),
        Col(_("5 %"), style=EXPECTED, drop=1),
        Col(_("95 %"), style=EXPECTED),
        Col(_("level, %"), drop=2),
        Col(_("5 %"), drop=2),
        Col(_("breaks, %")),
    ]
    if all(chance is None for chance in budgets):
        rows = [[*row[:4], *row[5:]] for row in rows]
        del columns[4]
    title = _(
        "By period in {money} of that period, at the case's own numbers and between what and what "
        "nine of ten futures lie. Breaks: the share of futures in which some limit of it is broken",
        money=_.money_unit(unit, case.settings.case.currency),
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _chance(chance: float | None) -> str:
    return NONE if chance is None else percent(chance)


def any_of(found: RiskOverTime, period: int) -> float | None:
    """The chance that some limit of a period is broken; None where it has none."""
    fares = found.fares
    its = [place for place, (_name, p) in enumerate(fares.names) if p == period]
    if not its:
        return None
    return float(fares.probability @ (fares.breaches[:, its] > 0).any(axis=1))


def limit_lines(found: RiskOverTime, width: int, _: Language) -> list[Text]:
    """The limits that futures break, those that most do first."""
    fares = found.fares
    broken = sorted(
        (limit for limit in fares.limits if limit.chance > 0), key=lambda each: -each.chance
    )
    if not broken:
        return []
    rows = []
    for limit in broken[:MOST_LIMITS]:
        by = _.amount(limit.mean_breach)
        if limit.name == "min_service_level":
            by = _("{points} points", points=_.amount(100 * limit.mean_breach))
        name, period = limit_label(limit.name, _), fares.periods[limit.period]
        rows.append([name, period, percent(limit.chance, 1), by])
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("period"), right=False),
        Col(_("broken in, %")),
        Col(_("then by, mean")),
    ]
    lines = [*sentence(_("What the plan may break:"), width)]
    lines += table(columns, rows, width, language=_)
    more = len(broken) - MOST_LIMITS
    if more > 0:
        said = _.count(
            "{n} more limit of a period is broken in fewer; --json has all.",
            "{n} more limits of periods are broken in fewer; --json has all.",
            more,
        )
        lines += sentence(said, width)
    return lines


def input_lines(found: RiskOverTime, width: int, _: Language) -> list[Text]:
    """The inputs that decide how good or bad a future is."""
    fares, futures = found.fares, found.futures
    shown = []
    for place in fares.drivers(futures.places):
        share = fares.share_explained(futures.places[:, place])
        if share >= LEAST_SHARE:
            shown.append((place, share))
    if not shown:
        return []
    rows = []
    for place, share in shown[:MOST_INPUTS]:
        values = futures.values[:, place]
        rows.append(
            [
                futures.inputs[place].name,
                _.amount(futures.inputs[place].today),
                _.amount(float(fares.counts @ values)),
                percent(share),
            ]
        )
    columns = [
        Col(_("input"), right=False, shorten=True),
        Col(_("own number")),
        Col(_("in bad futures")),
        Col(_("explains, %")),
    ]
    said = _(
        "What the bad futures hang on, those of the lowest net present value, as means {tail}. "
        "Explains: the share of its spread, by ranks:",
        tail=tail_phrase(fares.tail_share, _),
    )
    return [*sentence(said, width), *table(columns, rows, width, language=_)]
