"""The trial to make: what it teaches, who is in it, what it costs and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.text import Text

from slopt.report.language import ENGLISH, Language
from slopt.report.table import Col, sentence, table
from slopt.study.trials.asked import Lots, TrialDesign
from slopt.study.trials.assignment import BEFORE, CONTROL, TREATED, arms_of
from slopt.study.trials.files import moves_of
from slopt.study.trials.lessons import Lesson, why_not
from slopt.study.trials.propose import Proposal, Trial
from slopt.study.trials.search import Looked, Search
from slopt.study.trials.worth import Result

SHOWN, SHOWN_MOVES, SHOWN_ARMS, SHOWN_RESULTS = 10, 6, 16, 5


def design_lines(search: Search, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt design` prints, at most `width` cells wide."""
    _ = language
    first = search.first
    if first is None:
        return [*_declined(search, width, _), Text(""), *_inputs(search, width, _)]
    proposal = first.proposal
    assert proposal is not None
    lines = sentence(_headline(search, first, proposal, _), width, "bold")
    lines += sentence(_told(search, proposal, _), width)
    lines += [Text(""), *_sizes(search, proposal, width, _)]
    lines += [Text(""), *_arms(search, proposal, width, _)]
    lines += [Text(""), *_results(search, proposal, width, _)]
    return [*lines, Text(""), *_inputs(search, width, _)]


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
    elif not any(looked.worth_knowing > 0 for looked in taught):
        why = _(
            "Whatever a trial finds, within what the numbers may be, the plan stays the best one."
        )
    else:
        why = _(
            "Those that could be made would cost more than what they teach is worth over {periods} "
            "periods.",
            periods=f"{search.wanted.periods:g}",
        )
    return [*sentence(head, width, "bold"), *sentence(why, width)]


def _inputs(search: Search, width: int, _: Language) -> list[Text]:
    """The inputs that trials teach, and why they do not teach the others."""
    info = search.case.settings.case
    taught = [one for one in search.looked if one.lesson is not None]
    worth = [one for one in taught if one.worth_knowing > 0]
    lines: list[Text] = []
    if worth:
        money = [one.worth_knowing for one in worth]
        trials = [one.proposal.proposed for one in worth if one.proposal is not None]
        power = f"{100 * search.wanted.power:g} %"
        unit = _.totals_unit([*money, *(t.cost for t in trials), *(t.worth for t in trials)], money)
        columns = [
            Col(_("input"), right=False, shorten=True),
            Col(_("worth knowing")),
            Col(_("trial worth"), drop=1),
            Col(_("cost"), drop=1),
            Col(_("net")),
            Col(_("treated for a power of {power}", power=power), drop=2),
        ]
        rows = [_row(one, unit, _) for one in worth[:SHOWN]]
        lines += table(columns, rows, width, language=_)
        note = _(
            "Worth knowing: for sure, {money}. The others for the whole of a trial.",
            money=_.unit_head(unit, info),
        )
        lines += sentence(note, width)
    idle = sum(one.worth_knowing == 0 and one.curve is not None for one in taught)
    if idle:
        text = _.count(
            "{n} more input, even if known for sure, would change no tier.",
            "{n} more inputs, even if known for sure, would change no tier.",
            idle,
        )
        lines += sentence(text, width)
    few = [one.input.name for one in taught if one.too_few]
    if few:
        text = _(
            "No {segment} has customers enough, or another tier to serve them at, for a trial of "
            "{inputs}.",
            segment=_.words(search.case.settings.words).segment,
            inputs=_some(few, _),
        )
        lines += sentence(text, width)
    short = [one.input.name for one in taught if one.too_short]
    if short:
        text = _(
            "Not in this length: {inputs}. Who leaves is counted by whole periods, before the "
            "result is of no more use.",
            inputs=_some(short, _),
        )
        lines += sentence(text, width)
    tested = [one.input.name for one in taught if one.by_the_plan]
    if tested:
        text = _(
            "No trial is needed for {inputs}: the plan serves customers so, and its first "
            "{period} tells.",
            inputs=_some(tested, _),
            period=_.period(info.period),
        )
        lines += sentence(text, width)
    for reason, names in _reasons(search.looked).items():
        told = {"inputs": _some(names, _), "reason": _(reason)}
        lines += sentence(_("Not by a trial, {inputs}: {reason}", **told), width)
    return lines


def _row(one: Looked, unit: object, _: Language) -> list[str | Text]:
    trial = None if one.proposal is None else one.proposal.proposed
    plain, signed = unit.plain, unit.signed  # type: ignore[attr-defined]
    if trial is None:
        return [one.input.name, plain(one.worth_knowing), "–", "–", "–", "–"]
    return [
        one.input.name,
        plain(one.worth_knowing),
        plain(trial.worth),
        plain(trial.cost),
        signed(trial.net),
        _.amount(one.proposal.needed) if one.proposal is not None else "–",
    ]


def _reasons(looked: Iterable[Looked]) -> dict[str, list[str]]:
    """Why no trial teaches them -> names of columns."""
    found: dict[str, list[str]] = {}
    for one in looked:
        if one.lesson is None:
            names = found.setdefault(why_not(one.input), [])
            if one.input.column.name not in names:
                names.append(one.input.column.name)
    return found


def _some(names: list[str], _: Language) -> str:
    shown = names[:SHOWN_MOVES]
    if len(names) > SHOWN_MOVES:
        shown = [*shown, _("{n} more", n=f"{len(names) - SHOWN_MOVES:,}")]
    return _.listed(shown)


def value(number: float | None) -> str:
    """A value of an input with three digits."""
    return "–" if number is None else f"{number:.3g}"
