"""The trial to make: what it teaches, who is in it, what it costs and what it is worth."""

from __future__ import annotations

import math

import numpy as np
from rich.text import Text

from slopt.report.design_inputs import input_lines, value
from slopt.report.language import ENGLISH, Language
from slopt.report.table import Col, sentence, table
from slopt.study.trials.asked import Lots, TrialDesign
from slopt.study.trials.assignment import BEFORE, CONTROL, TREATED, arms_of
from slopt.study.trials.files import moves_of
from slopt.study.trials.lessons import Lesson
from slopt.study.trials.propose import Proposal, Trial
from slopt.study.trials.search import Looked, Search
from slopt.study.trials.worth import Result

SHOWN_MOVES, SHOWN_ARMS, SHOWN_RESULTS = 6, 16, 5


def design_lines(search: Search, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt design` prints, at most `width` cells wide."""
    _ = language
    first = search.first
    if first is None:
        return [*_declined(search, width, _), Text(""), *input_lines(search, width, _)]
    proposal = first.proposal
    assert proposal is not None
    lines = sentence(_headline(search, first, proposal, _), width, "bold")
    lines += sentence(_told(search, proposal, _), width)
    lines += [Text(""), *_sizes(search, proposal, width, _)]
    lines += [Text(""), *_arms(search, proposal, width, _)]
    lines += [Text(""), *_results(search, proposal, width, _)]
    return [*lines, Text(""), *input_lines(search, width, _)]


def _headline(search: Search, first: Looked, proposal: Proposal, _: Language) -> str:
    info = search.case.settings.case
    places = {
        "name": info.name,
        "input": first.input.name,
        "net": _.money(proposal.proposed.net, info.currency),
        "cost": _.money(proposal.proposed.cost, info.currency),
        "worth": _.money(proposal.proposed.worth, info.currency),
    }
    return _(
        "{name} · try {input}: the trial costs {cost}, is worth {worth} and leaves {net}.", **places
    )


def _told(search: Search, proposal: Proposal, _: Language) -> str:
    """What is compared with what, and what is known today."""
    words = _.words(search.case.settings.words)
    compared = {
        Lesson.LEAVING: _(
            "It compares who leaves among customers served at two tiers whose failures differ."
        ),
        Lesson.ORDERS: _(
            "It compares the orders bought by customers served at two tiers whose failures differ."
        ),
        Lesson.LEVEL: _("It counts how many orders the tier on trial serves as promised."),
    }[proposal.lesson]
    drawn = _how_drawn(proposal.proposed, words.segment, _)
    known = _(
        "Today it stands at {today}, from {low} to {high}.",
        today=value(proposal.today),
        low=value(proposal.low),
        high=value(proposal.high),
    )
    switch = (
        _("Beyond {switch} another plan is the best.", switch=value(proposal.switch))
        if proposal.switch is not None
        else ""
    )
    return _.sentences([compared, drawn, known, switch])


def _how_drawn(trial: Trial, segment: str, _: Language) -> str:
    layout = trial.layout
    if layout.is_whole:
        return _("Whole {segments} are served so.", segments=_.plural(segment))
    if layout.wanted.design is TrialDesign.BEFORE_AFTER:
        return _(
            "The same customers are compared before and after: all else that changes counts as "
            "effect."
        )
    if layout.lots is Lots.SEGMENTS:
        return _(
            "Whole {segments} are drawn by lot, one of each two that are most alike.",
            segments=_.plural(segment),
        )
    return _(
        "Within each {segment} lots decide who is served otherwise and who as planned.",
        segment=segment,
    )


def _sizes(search: Search, proposal: Proposal, width: int, _: Language) -> list[Text]:
    """The proposed size beside the other one."""
    wanted, info = search.wanted, search.case.settings.case
    words = _.words(search.case.settings.words)
    power = f"{100 * wanted.power:g} %"
    columns = [(_("worth most"), proposal.best)]
    if proposal.powered is not None:
        columns.append((_("for a power of {power}", power=power), proposal.powered))
    trials = [trial for _title, trial in columns]
    unit = _.totals_unit(
        [max(trial.worth, abs(trial.cost)) for trial in trials],
        [x for trial in trials for x in (trial.cost, trial.worth, trial.net) if x],
    )
    whole = proposal.proposed.layout.lots is Lots.SEGMENTS
    rows: list[tuple[str, list[str]]] = [
        (
            _("customers treated"),
            [f"{trial.treated:,.0f}" if trial.treated >= 1 else value(trial.treated)
             for trial in trials],
        ),
        (_.plural(words.segment), [f"{int((trial.arms > 0).sum()):,}" for trial in trials]),
        (
            _("length, in periods of a {period}", period=_.period(info.period)),
            [f"{trial.length:g}" for trial in trials],
        ),
        (_("power, %"), [f"{100 * trial.power:.0f}" for trial in trials]),
        (_("standard error"), [value(trial.error) for trial in trials]),
        (_("extra {cost}", cost=words.service_cost), [unit.signed(t.booked) for t in trials]),
        (_("extra {lost}, expected", lost=words.lost_sales),
         [unit.signed(t.risked) for t in trials]),
        (_("cost"), [unit.plain(t.cost) for t in trials]),
        (_("worth"), [unit.plain(t.worth) for t in trials]),
        (_("net"), [unit.signed(t.net) for t in trials]),
    ]  # fmt: skip
    heads = [Col(_("trial"), right=False)]
    heads += [
        Col(title, style="bold" if trial is proposal.proposed else "") for title, trial in columns
    ]
    lines = table(heads, [[name, *cells] for name, cells in rows], width, language=_)
    notes = [
        _(
            "Money in {unit}. Worth: over {periods} periods from now, less the trial's own time.",
            unit=_.money_unit(unit, info.currency),
            periods=f"{wanted.periods:g}",
        ),
        _("Cost: what is added, and the setup; what a trial saves is not counted on."),
    ]
    if proposal.powered is None:
        notes.append(
            _(
                "No trial here has a power of {power}: there are too few customers for so small an "
                "effect. What it is worth counts that already.",
                power=power,
            )
        )
    spare = _spare(search)
    if spare is not None and proposal.proposed.booked > spare:
        notes.append(
            _(
                "The plan leaves {spare} of the budget: the trial needs more than that.",
                spare=_.money(spare, info.currency),
            )
        )
    short = _short(search, proposal)
    if short:
        notes.append(
            _(
                "The plan leaves less of {resources} than the trial takes.",
                resources=_.listed(short),
            )
        )
    if proposal.value_curve.planned:
        notes.append(
            _(
                "Over the whole range another plan than that of slopt solve is the best in the "
                "mean; what is said here is said against that one."
            )
        )
    if whole and not proposal.proposed.layout.is_whole:
        notes.append(
            _(
                "Customers of one {segment} count as alike by {alike} (--alike).",
                segment=words.segment,
                alike=f"{wanted.alike:g}",
            )
        )
    return [*lines, *sentence(_.sentences(notes), width)]


def _spare(search: Search) -> float | None:
    """What the plan leaves of the budget a period; None without a budget."""
    budget = search.problem.budget
    if budget is None:
        return None
    from slopt.problem.evaluate import evaluate

    return budget - evaluate(search.problem, search.plan).service_cost


def _short(search: Search, proposal: Proposal) -> list[str]:
    """Resources of which the treated take more a period than the plan leaves, extra units too."""
    problem, curve, trial = search.problem, proposal.value_curve, proposal.proposed
    planned = curve.choices[curve.planned]
    everybody = np.arange(len(planned))
    left = problem.capacity + problem.extra_capacity
    left = left - problem.use[:, everybody, planned].sum(axis=1)
    customers = search.case.table("segments").numbers("customers")
    for one, arm in zip(trial.layout.strata, trial.arms, strict=True):
        more = problem.use[:, one.segment, one.treated] - problem.use[:, one.segment, one.control]
        left = left - more * arm / customers[one.segment]
    least = -1e-9 * np.maximum(problem.capacity, 1.0)
    return [name for name, its in zip(problem.resources, left < least, strict=True) if its]


def _arms(search: Search, proposal: Proposal, width: int, _: Language) -> list[Text]:
    """Who is served how."""
    problem, words = search.problem, _.words(search.case.settings.words)
    names = {TREATED: _("treated"), CONTROL: _("control"), BEFORE: _("before")}
    arms = arms_of(proposal.proposed, search.case.settings.solve.seed)
    rows = [
        [
            problem.segments[one.segment],
            names[one.arm],
            f"{one.customers:,.0f}" if one.customers >= 1 else value(one.customers),
            problem.tiers[one.tier],
        ]
        for one in arms[:SHOWN_ARMS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("arm"), right=False),
        Col(_("customers")),
        Col(words.tier, right=False),
    ]
    lines = table(columns, rows, width, language=_)
    if len(arms) > SHOWN_ARMS:
        text = _("{n} rows more: --out DIR or --json.", n=f"{len(arms) - SHOWN_ARMS:,}")
        lines += sentence(text, width)
    return lines


def _results(search: Search, proposal: Proposal, width: int, _: Language) -> list[Text]:
    """What would be decided after which result."""
    lines = sentence(_("What its result would change"), width, "bold")
    results = proposal.results
    middle = next((n for n, its in enumerate(results) if its.low <= proposal.today < its.high), 0)
    begin = max(0, min(middle - SHOWN_RESULTS // 2, len(results) - SHOWN_RESULTS))
    for result in results[begin : begin + SHOWN_RESULTS]:
        lines += sentence(_result(search, proposal, result, _), width, indent="  ")
    if len(results) > SHOWN_RESULTS:
        text = _("{n} rows more: --out DIR or --json.", n=f"{len(results) - SHOWN_RESULTS:,}")
        lines += sentence(text, width, indent="  ")
    return lines


def _result(search: Search, proposal: Proposal, result: Result, _: Language) -> str:
    problem = search.problem
    moves = moves_of(proposal, result.plan)
    told = [
        _(
            "{segment} {planned} → {then}",
            segment=problem.segments[s],
            planned=problem.tiers[planned],
            then=problem.tiers[then],
        )
        for s, planned, then in moves[:SHOWN_MOVES]
    ]
    if len(moves) > SHOWN_MOVES:
        told.append(_("{n} more", n=f"{len(moves) - SHOWN_MOVES:,}"))
    places = {"low": value(result.low), "high": value(result.high)}
    what = _.listed(told) if told else _("the plan stays")
    if math.isinf(result.low) and math.isinf(result.high):
        return _("Whatever it finds: {what}.", what=what)
    if math.isinf(result.low):
        return _("Below {high}: {what}.", what=what, **places)
    if math.isinf(result.high):
        return _("From {low} on: {what}.", what=what, **places)
    return _("From {low} to {high}: {what}.", what=what, **places)


def _declined(search: Search, width: int, _: Language) -> list[Text]:
    """Why no trial is proposed."""
    name = search.case.settings.case.name
    taught = [looked for looked in search.looked if looked.lesson is not None]
    head = _("{name} · no trial of service pays.", name=name)
    if not taught:
        why = _("None of the uncertain numbers is one that a trial of service teaches.")
    elif all(looked.curve is None for looked in taught):
        why = _("No trial can be made here, as is said below.")
    elif not any(looked.worth_knowing > 0 for looked in taught):
        why = _(
            "Whatever a trial finds, within what the numbers may be, the plan stays the best one."
        )
    elif all(looked.proposal is None for looked in taught):
        why = _("What would be worth knowing cannot be learnt by a trial here, as is said below.")
    else:
        why = _(
            "Those that could be made would cost more than what they teach is worth over {periods} "
            "periods.",
            periods=f"{search.wanted.periods:g}",
        )
    return [*sentence(head, width, "bold"), *sentence(why, width)]
