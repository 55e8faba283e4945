"""Why not this tier: what the wish costs, who pays for it, or what stands against it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.problem.evaluate import Evaluation
from slopt.report.explain_rules_screen import rule_words
from slopt.report.explain_words import TIE, goal_amount
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label, limit_words, price
from slopt.report.moves_table import SHARED, SHARED_PROSPECTS
from slopt.report.numbers import percent
from slopt.report.offer_words import offer_words, step_words
from slopt.report.table import Col, sentence, table
from slopt.study.explain import Move
from slopt.study.explain_wish import PARTS, Granted, dearer_limits, parts
from slopt.vocabulary import LOSSES, Status

MOST_MOVES = 20


def wish_lines(plan: Plan, wish: Granted, width: int, language: Language = ENGLISH) -> list[Text]:
    """The verdict, the money by part, who moves, which limits get dearer."""
    _, plan = language, wish.beside(plan)
    lines = sentence(_verdict(plan, wish, _), width, "bold")
    if wish.set_aside:
        names = _.listed([rule_words(plan, name, _) for name in wish.set_aside])
        lines += sentence(_("For it these were set aside: {rules}.", rules=names), width)
    then = wish.evaluation
    if then is None:
        return [*lines, *_against(plan, wish, width, _)]
    if not wish.moves:
        return lines
    lines += [Text(""), *_money(plan, then, width, _)]
    lines += [Text(""), *moves_between_plans(plan, then, wish.moves, width, _)]
    changes = dearer_limits(plan, wish.outcome)
    if changes:
        columns = [Col(_("price of"), right=False, shorten=True), Col(_("now")), Col(_("then"))]
        rows: list[list[str | Text]] = [
            [
                limit_label(change.limit, _),
                price(plan.problem, change.limit, change.before, _),
                price(plan.problem, change.limit, change.after, _),
            ]
            for change in changes
        ]
        lines += [Text(""), *table(columns, rows, width, language=_)]
    if wish.outcome.status is not Status.OPTIMAL:
        gap = wish.outcome.gap
        text = (
            _("The plan with it is the best found in the time.")
            if gap is None
            else _(
                "The plan with it is the best found in the time, at most {gap} from the best.",
                gap=_.gap(gap),
            )
        )
        lines += [Text(""), *sentence(text, width)]
    return lines


def _wished(plan: Plan, wish: Granted, _: Language) -> str:
    problem = plan.problem
    return _.listed(
        [
            _(
                "{segment} in {tier}",
                segment=problem.segments[w.segment],
                tier=offer_words(problem, w.segment, w.tier, _),
            )
            for w in wish.wishes
        ]
    )


def _verdict(plan: Plan, wish: Granted, _: Language) -> str:
    what = _wished(plan, wish, _)
    if wish.outcome.status is Status.INFEASIBLE:
        return _("Why not {wish}? No plan has it.", wish=what)
    if wish.costs is None:
        return _("Why not {wish}? No plan with it was found within the time limit.", wish=what)
    if not wish.moves:
        return _("Why not {wish}? The plan has it already.", wish=what)
    if wish.costs < 0:
        return _(
            "Why not {wish}? The contract alone forbids it: the plan would be {amount} better.",
            wish=what,
            amount=goal_amount(plan, -wish.costs, _),
        )
    if wish.costs <= TIE * abs(plan.objective):
        return _("Why not {wish}? A tie: the best plan with it is as good.", wish=what)
    worse = goal_amount(plan, wish.costs, _)
    others, word = len(wish.others()), _.words(plan.case.settings.words).segment
    if not others:
        return _(
            "Why not {wish}? The whole plan would be {amount} worse; nobody else would move.",
            wish=what,
            amount=worse,
        )
    return _.count(
        "Why not {wish}? The whole plan would be {amount} worse, and {n} other {segment} would "
        "move for it.",
        "Why not {wish}? The whole plan would be {amount} worse, and {n} other {segments} would "
        "move for it.",
        others,
        wish=what,
        amount=worse,
        segment=word,
        segments=_.plural(word),
    )


def _against(plan: Plan, wish: Granted, width: int, _: Language) -> list[Text]:
    """What no plan with the wish keeps together."""
    if not wish.against:
        return []
    forbidden = [name for name in wish.against if name.startswith("allowed[")]
    if forbidden:
        text = _(
            "The case forbids this offer and gives no figures for it, so that it has no price."
        )
        return sentence(text, width)
    text = _("With it these cannot be kept together:")
    if len(wish.against) == 1:
        text = _("With it this cannot be kept:")
    lines = sentence(text, width)
    columns = [Col(_("limit"), right=False, shorten=True), Col(_("set to"), right=False, wrap=True)]
    rows: list[list[str | Text]] = [
        [limit_label(name, _), limit_words(plan.problem, name, _)] for name in wish.against
    ]
    return [*lines, Text(""), *table(columns, rows, width, language=_)]


def _money(plan: Plan, then: Evaluation, width: int, _: Language) -> list[Text]:
    words, info = _.words(plan.case.settings.words), plan.case.settings.case
    changes = parts(plan.evaluation, then)
    unit = _.rows_unit([abs(change) for change in changes.values()])
    labels = {
        "service_cost": words.service_cost,
        **{name: getattr(words, name) for name in LOSSES},
        "lost_unsplit": _("{lost}, not told apart", lost=words.lost_sales),
        "penalties": _("penalties of soft rules"),
    }
    rows: list[list[str | Text]] = [
        [labels[name], unit.signed(changes[name])] for name in PARTS if changes[name]
    ]
    rows.append([_("together"), unit.signed(sum(changes.values()))])
    columns = [Col(_.unit_head(unit, info), right=False), Col(_("change"))]
    level = then.service_level - plan.evaluation.service_level
    lines = table(columns, rows, width, language=_)
    if abs(level) > 5e-5:
        text = _(
            "Mean {level}: {before} % in the plan, {after} % with it.",
            level=words.service_level,
            before=percent(plan.evaluation.service_level, 1),
            after=percent(then.service_level, 1),
        )
        lines += sentence(text, width)
    return lines


def moves_between_plans(
    plan: Plan, then: Evaluation, moves: Sequence[Move], width: int, language: Language = ENGLISH
) -> list[Text]:
    """Who differs from the plan, and what that changes in cost and loss."""
    _ = language
    words, problem = _.words(plan.case.settings.words), plan.problem
    figures = []
    for move in moves:
        s, a, b = move.segment, move.before, move.after
        cost = float(problem.service_cost[s, b] - problem.service_cost[s, a])
        lost = float(problem.lost_sales[s, b] - problem.lost_sales[s, a])
        figures.append((move, cost, lost))
    figures.sort(key=lambda figure: -abs(figure[1] + figure[2]))
    unit = _.rows_unit([abs(x) for figure in figures for x in figure[1:]])
    rows: list[list[str | Text]] = [
        [
            problem.segments[move.segment],
            step_words(problem, move, _),
            unit.signed(cost),
            unit.signed(lost),
            unit.signed(cost + lost),
        ]
        for move, cost, lost in figures[:MOST_MOVES]
    ]
    rest = figures[MOST_MOVES:]
    if rest:
        cost, lost = sum(f[1] for f in rest), sum(f[2] for f in rest)
        more = [_("{n} more", n=f"{len(rest):,}"), "", unit.signed(cost), unit.signed(lost)]
        rows.append([*more, unit.signed(cost + lost)])
    shared = then.service_cost - plan.evaluation.service_cost - sum(f[1] for f in figures)
    talk = then.lost_sales - plan.evaluation.lost_sales - sum(f[2] for f in figures)
    if unit.signed(shared) != "0":
        rows.append([_(SHARED), "", unit.signed(shared), "0", unit.signed(shared)])
    if problem.pools and unit.signed(talk) != "0":
        rows.append([_(SHARED_PROSPECTS), "", "0", unit.signed(talk), unit.signed(talk)])
    info = plan.case.settings.case
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col(words.service_cost),
        Col(_("lost")),
        Col(_("total"), style="bold"),
    ]
    head = sentence(_("Changes in {unit}", unit=_.unit_head(unit, info)), width)
    return [*head, *table(columns, rows, width, language=_)]
