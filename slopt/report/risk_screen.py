"""`slopt risk` on the screen: the plans side by side, what is safe to decide, where to learn."""

from __future__ import annotations

from rich.text import Text

from slopt.engine.risk_plans import RiskPlans
from slopt.report.assumed import assumed_lines
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.risk_aim_sentences import NOTHING, amount_of, head_of
from slopt.report.risk_plan_lines import plain, share_words
from slopt.report.risk_segment_lines import open_lines, safe_lines
from slopt.report.risk_study_lines import study_lines
from slopt.report.risk_words import tail_phrase, tail_words
from slopt.report.sureness import PROVEN_BEST
from slopt.report.table import Col, sentence, table
from slopt.study.risk.side_by_side import Kind, PlanBeside, SideBySide


def risk_lines(found: RiskPlans, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt risk` prints of a case that has a plan, at most `width` cells wide."""
    _, beside = language, found.beside
    figures = figures_of(found, _)
    lines = [*sentence(_headline(found, _), width), Text("")]
    for place, text in enumerate(sayings(found, figures, _)):
        lines += sentence(text, width, "" if place else "bold")
    lines += [Text(""), *plans_lines(found, figures, width, _)]
    if beside.safe:
        lines += [Text(""), *safe_lines(found, width, _)]
    if beside.open:
        lines += [Text(""), *open_lines(found, figures, width, _)]
    if found.study is not None:
        name = plan_name(found.recommended, beside, _)
        lines += [Text(""), *study_lines(found.study, found.case, name, figures, width, _)]
    return [*lines, *assumed_lines(found.case, width, _)]


def figures_of(found: RiskPlans, _: Language) -> GoalFigures:
    """One unit for all tables of the screen, fine enough to tell the plans apart."""
    plans = found.beside.plans
    values = [value for plan in plans for value in (plan.mean, plan.tail_mean, plan.high)]
    chosen = found.beside.chosen
    means = [plan.mean for plan in chosen]
    regrets = [plan.mean_regret or 0.0 for plan in chosen]
    sizes = [max(means) - min(means), max(regrets)] if chosen else []
    finest = [size for size in sizes if size > NOTHING * max(map(abs, values))]
    return goal_figures(found.case, values, [min(finest)] if finest else [], _)


def plan_name(kind: Kind, beside: SideBySide, _: Language) -> str:
    """What a plan is called in tables."""
    aim = beside.aim
    names = {
        Kind.TODAY: _("today"),
        Kind.OWN: _("own numbers"),
        Kind.MEAN: _("best mean"),
        Kind.CVAR: _("best {tail}", tail=tail_words(aim.tail, _)),
        Kind.ROBUST: _("robust"),
        Kind.REGRET: _("least regret"),
        Kind.BROUGHT: _("your plan"),
    }
    if kind is Kind.CVAR and aim.weight < 1:
        return _("blend {weight} %", weight=_.amount(100 * aim.weight))
    return names[kind]


def _headline(found: RiskPlans, _: Language) -> str:
    info, words = found.case.settings.case, _.words(found.case.settings.words)
    problem = found.futures.problem
    inputs = _.count("{n} uncertain input", "{n} uncertain inputs", len(found.futures.inputs))
    return _.count(
        "{name} · {segments} · {inputs} · {n} future (seed {seed}) · {money}",
        "{name} · {segments} · {inputs} · {n} futures (seed {seed}) · {money}",
        problem.count,
        name=info.name,
        segments=_.counted(problem.base.segment_count, words.segment),
        inputs=inputs,
        seed=found.case.settings.solve.seed,
        money=_.money_a_period(info),
    )


def sayings(found: RiskPlans, figures: GoalFigures, _: Language) -> list[str]:
    """The finding in sentences: what can be decided now, and what caution costs and saves."""
    beside, words = found.beside, _.words(found.case.settings.words)
    safe, every = len(beside.safe), len(beside.segments)
    if not every:
        return [_("There is no plan at the case's own numbers: slopt diagnose says why.")]
    places = {"segments": _.counted(every, words.segment), "tier": words.tier}
    if safe == every:
        first = _("Decide now: all plans give each of {segments} the same {tier}.", **places)
    elif safe == 0:
        first = _("Learn first: the plans give none of {segments} the same {tier}.", **places)
    else:
        first = _(
            "Decide {n} of {segments} now: every plan gives them the same {tier}. Learn first "
            "about the other {rest}.",
            n=safe,
            rest=every - safe,
            **places,
        )
    said = [first]
    brought = beside.plan(Kind.BROUGHT)
    if brought is not None and brought.found.own.violations:
        said.append(
            _(
                "Your plan breaks a limit, contract or rule at the case's own numbers, so it may "
                "look better than any plan that can be made."
            )
        )
    own, mean, tail = (beside.plan(kind) for kind in (Kind.OWN, Kind.MEAN, Kind.CVAR))
    if own is not None and mean is not None and mean.same_as is not Kind.OWN:
        gained = _sense(beside) * (own.mean - mean.mean)
        if gained > NOTHING * abs(mean.mean):
            said.append(
                _(
                    "Planning for the mean of the futures gains {gained} in the mean, against the "
                    "plan at the case's own numbers.",
                    gained=amount_of(figures, gained),
                )
            )
    if mean is not None and tail is not None:
        said.append(_caution(mean, tail, beside, figures, _))
    return said


def _sense(beside: SideBySide) -> float:
    """-1 where the goal is maximised, else 1."""
    return -1.0 if beside.problem.base.goal.maximises else 1.0


def _caution(
    mean: PlanBeside, tail: PlanBeside, beside: SideBySide, figures: GoalFigures, _: Language
) -> str:
    """What the cautious plan gives up in the mean, and what it gains in the worst futures."""
    sense = _sense(beside)
    costs = sense * (tail.mean - mean.mean)
    saves = sense * (mean.tail_mean - tail.tail_mean)
    worst = tail_phrase(beside.aim.tail, _)
    if tail.same_as is mean.kind or (costs <= 0 and saves <= 0):
        return _("The plan with the best mean is also the best {worst}.", worst=worst)
    return _(
        "Planning for the worst costs {costs} in the mean and gains {saves} {worst}.",
        costs=amount_of(figures, max(costs, 0.0)),
        saves=amount_of(figures, max(saves, 0.0)),
        worst=worst,
    )


def plans_lines(
    found: RiskPlans, figures: GoalFigures, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The table of the plans over the same futures, and what is not in it."""
    _, beside = language, found.beside
    show = plain(figures)
    has_limits = any(plan.fares.limits for plan in beside.plans)
    rows: list[list[str | Text]] = []
    for plan in beside.plans:
        name = Text(plan_name(plan.kind, beside, _))
        if plan.kind is found.recommended:
            name.stylize("bold")
        rows.append(
            [
                name,
                show(plan.mean),
                show(plan.tail_mean),
                f"{show(plan.low)}–{show(plan.high)}",
                share_words(plan.broken) if has_limits else "",
                "" if plan.most_regret is None else figures.cost(plan.most_regret),
                "" if plan.mean_regret is None else figures.cost(plan.mean_regret),
                percent(plan.level, 1),
                "" if plan.moves is None else f"{plan.moves:,}",
            ]
        )
    columns = [
        Col(head_of(figures), right=False),
        Col(_("mean")),
        Col(tail_words(beside.aim.tail, _)),
        Col(_("9 of 10 between"), drop=3, told=True),
        Col(_("breaks a limit, %"), drop=1, told=True),
        Col(_("largest regret")),
        Col(_("mean regret"), drop=4, told=True),
        Col(_("level, %"), drop=2, told=True),
        Col(_("moves"), drop=2, told=True),
    ]
    kept = [0, *(i for i in range(1, len(columns)) if any(str(row[i]) for row in rows))]
    head = _(
        "{what} of each plan over the same futures; regret is against the plan that would be best "
        "in each",
        what=_.capital(figures.noun),
    )
    lines = [
        *sentence(head, width),
        *table(
            [columns[i] for i in kept], [[row[i] for i in kept] for row in rows], width, language=_
        ),
    ]
    for text in (*_same(beside, _), *_about(found, figures, _)):
        lines += sentence(text, width)
    return lines


def _same(beside: SideBySide, _: Language) -> list[str]:
    """Which plans are one and the same."""
    groups: dict[Kind, list[Kind]] = {}
    for plan in beside.plans:
        if plan.same_as is not None:
            groups.setdefault(plan.same_as, []).append(plan.kind)
    return [
        _(
            "One and the same plan: {names}.",
            names=_.listed([plan_name(kind, beside, _) for kind in (first, *others)]),
        )
        for first, others in groups.items()
    ]


def _about(found: RiskPlans, figures: GoalFigures, _: Language) -> list[str]:
    """What robust means here, how near plans are to their best, why plans are missing."""
    beside, said = found.beside, []
    words = _.words(found.case.settings.words)
    robust = beside.plan(Kind.ROBUST)
    if robust is not None:
        count = min(beside.aim.at_worst, len(beside.segments))
        said.append(
            _.count(
                "Robust: with one {segment} at its worst {what} is {value}.",
                "Robust: with {n} {segments} at their worst at once {what} is {value}.",
                count,
                segment=words.segment,
                segments=_.plural(words.segment, count),
                what=figures.noun,
                value=figures.value(robust.found.worth),
            )
        )
    gaps = [plan.found.gap for plan in beside.chosen]
    known = [gap for gap in gaps if gap is not None]
    if known and len(known) == len(gaps) and max(known) <= PROVEN_BEST:
        said.append(_("Every plan is proven best by what it was chosen for."))
    elif known and len(known) == len(gaps):
        said.append(
            _(
                "Every plan is within {gap} of the best possible by what it was chosen for.",
                gap=_.gap(max(known)),
            )
        )
    elif gaps:
        said.append(_("How near a plan is to the best possible is not known of all of them."))
    for one in beside.missing:
        said.append(
            _(
                "Not there: {plan}. {message} {remedy}",
                plan=plan_name(one.kind, beside, _),
                message=_.tell(one.why.message),
                remedy=_.tell(one.why.remedy),
            ).rstrip()
        )
    return said
