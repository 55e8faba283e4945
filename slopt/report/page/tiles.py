"""How sure the plan is: the arithmetic, the inputs, the nearest other plan."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.plan.plan import Plan
from slopt.report.language import Language, later
from slopt.report.offer_words import offer_words
from slopt.report.page.for_risk import proof_for_risk
from slopt.report.page.names import middle_cut
from slopt.report.page.studies import robustness
from slopt.report.sureness import NOTHING, PROVEN_BEST, had_time
from slopt.vocabulary import Goal, Status

EQUAL = 1e-6
"""A plan that is worse by less than this share of the goal counts as equal."""


@dataclass(frozen=True)
class Tile:
    """A statement on how sure the plan is."""

    title: str
    text: str


def tiles_of(dossier: Dossier, _: Language) -> tuple[Tile, ...]:
    """The proof, the inputs, the nearest other plan."""
    return tuple(
        tile for tile in (_proof(dossier, _), _draws(dossier, _), _other(dossier, _)) if tile
    )


def _proof(dossier: Dossier, _: Language) -> Tile:
    plan = dossier.plan
    info = dossier.case.settings.case
    solve = dossier.case.settings.solve
    if dossier.is_brought:
        return Tile(
            _("Priced, not chosen"),
            _("slopt worked out what this plan costs and loses. The best one: slopt solve."),
        )
    if plan.risk is not None:
        return Tile(*proof_for_risk(dossier, _))
    gap = _.gap(plan.gap)
    proven = plan.status is Status.OPTIMAL
    if proven and plan.gap is not None and plan.gap <= PROVEN_BEST:
        title, text = _("Proven best"), _("Gap {gap}.", gap=gap)
    elif proven:
        title = _("Proven within {gap}", gap=gap)
        text = _("The gap asked for was {asked}.", asked=_.gap(solve.gap))
    else:
        title = _("Best found")
        text = _("At most {gap} from the best possible; the time ran out.", gap=gap)
        if had_time(plan):
            text = _(
                "Not proven to the gap asked for ({asked}): at most {gap} from the best possible, "
                "of all that was to choose from.",
                gap=gap,
                asked=_.gap(solve.gap),
            )
        if plan.gap is None:
            text = _("How near it is to the best possible is not known.")
    said = [text]
    certificate = plan.certificate
    if certificate is not None and not proven and _is_nearer(plan) and not had_time(plan):
        away = abs(plan.objective - certificate.bound)
        share = _.gap(certificate.gap)
        said = [
            _(
                "At most {share} from the best possible, by a bound recomputed from prices without "
                "the solver; the time ran out.",
                share=share
                if plan.problem.goal.maximises
                else _("{share} ({money})", share=share, money=_.money(away, info.currency)),
            )
        ]
    elif certificate is not None:
        away = abs(plan.objective - certificate.bound)
        if plan.problem.goal.maximises or away <= NOTHING * abs(plan.objective):
            said.append(
                _(
                    "A bound recomputed from prices, without the solver, leaves at most {share}.",
                    share=_.gap(certificate.gap),
                )
            )
        else:
            said.append(
                _(
                    "A bound recomputed from prices, without the solver, leaves at most {share} "
                    "({money}).",
                    share=_.gap(certificate.gap),
                    money=_.money(away, info.currency),
                )
            )
    return Tile(title, _.sentences(said))


def _is_nearer(plan: Plan) -> bool:
    """True where the bound from prices is nearer to the plan than the one of the solver."""
    certificate = plan.certificate
    if certificate is None or certificate.gap is None:
        return False
    return plan.gap is None or certificate.gap < plan.gap


def _draws(dossier: Dossier, _: Language) -> Tile | None:
    """What is known of the inputs: a study, else how many moves are firm."""
    study = robustness(dossier, _)
    if study is not None:
        return Tile(*study)
    if not dossier.close:
        return None
    tested = len(dossier.close)
    firm = tested - sum(dossier.close.values())
    return Tile(
        _("{firm} of {moves} moves are firm", firm=firm, moves=tested)
        if tested == len(dossier.plan.moves)
        else _("Of the {moves} moves that were tested {firm} are firm", firm=firm, moves=tested),
        _(
            "Without any one of these the best plan is worse by 0.1 % or more, at the numbers of "
            "the case; part {part} shows what those rest on.",
            part=3 if dossier.futures is None else 4,
        ),
    )


_WORSE_BY = {
    Goal.MIN_TOTAL_COST: later("A plan that costs {worse} more"),
    Goal.MIN_LOST_SALES: later("A plan that loses {worse} more"),
    Goal.MIN_BUDGET: later("A plan that costs {worse} more"),
    Goal.MAX_SERVICE: later("A plan that is {worse} worse"),
}
"""The nearest plan that is not equal, by the goal."""


def _other(dossier: Dossier, _: Language) -> Tile | None:
    """The best plan that differs, in the segment where it costs least."""
    best = None
    for each in dossier.explained:
        near = each.next_best
        if near is None or near.plan is None:
            continue
        if best is None or near.plan < (best[1].plan or 0.0):
            best = (each, near)
    if best is None:
        return None
    each, near = best
    plan, problem = dossier.plan, dossier.problem
    worse = float(near.plan or 0.0)
    places = {
        "segment": middle_cut(dossier.names[each.segment]),
        "tier": middle_cut(offer_words(problem, each.segment, near.tier, _)),
        "chosen": middle_cut(offer_words(problem, each.segment, each.tier, _)),
        "worse": _.money(worse, dossier.case.settings.case.currency)
        if not problem.goal.maximises
        else _("{points} points", points=_.amount(100 * worse)),
    }
    is_equal = worse <= EQUAL * abs(plan.objective)
    title = _(_WORSE_BY[problem.goal], **places)
    if plan.evaluation.broken or any(rule.penalty is not None for rule in problem.rules):
        title = _("A plan that is {worse} worse", **places)
    if is_equal:
        title = _("An equal plan")
    if is_equal and not near.others:
        text = _(
            "{segment} by {tier} instead of {chosen} is as good, to within a millionth.", **places
        )
        return Tile(title, text)
    if not near.others:
        text = _(
            "{segment} by {tier} instead of {chosen}: the whole plan is {worse} worse.", **places
        )
        return Tile(title, text)
    others = _.counted(len(near.others), _.words(dossier.case.settings.words).segment)
    if is_equal:
        text = _(
            "{segment} by {tier} instead of {chosen} is as good, to within a millionth; besides it "
            "{others} would change.",
            others=others,
            **places,
        )
        return Tile(title, text)
    text = _(
        "{segment} by {tier} instead of {chosen}: the whole plan is {worse} worse; besides it "
        "{others} would change.",
        others=others,
        **places,
    )
    return Tile(title, text)
