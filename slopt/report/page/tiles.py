"""How sure the plan is: the arithmetic, the inputs, the nearest other plan."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.page.names import middle_cut
from slopt.report.page.studies import robustness
from slopt.report.sureness import NOTHING, PROVEN_BEST
from slopt.vocabulary import Status

NEAR = 1e-3
"""A plan that is worse by less than this share of the total is as good."""


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


def gap_text(gap: float | None, _: Language) -> str:
    """A gap in percent; only rounding is called nothing."""
    if gap is None:
        return _("unknown")
    return _("under 0.01 %") if 1e-9 < gap < 5e-5 else f"{100 * gap:.2f} %"


def _proof(dossier: Dossier, _: Language) -> Tile:
    plan = dossier.plan
    info = dossier.case.settings.case
    solve = dossier.case.settings.solve
    if dossier.is_brought:
        return Tile(
            _("Priced, not chosen"),
            _("slopt worked out what this plan costs and loses. The best one: slopt solve."),
        )
    gap = gap_text(plan.gap, _)
    proven = plan.status is Status.OPTIMAL
    if proven and plan.gap is not None and plan.gap <= PROVEN_BEST:
        title, text = _("Proven best"), _("Gap {gap}.", gap=gap)
    elif proven:
        title = _("Proven within {gap}", gap=gap)
        text = _("The gap asked for was {asked}.", asked=gap_text(solve.gap, _))
    else:
        title = _("Best found")
        text = _("At most {gap} from the best possible; the time ran out.", gap=gap)
    said = [text]
    certificate = plan.certificate
    if certificate is not None:
        away = abs(plan.objective - certificate.bound)
        if plan.problem.goal.maximises or away <= NOTHING * abs(plan.objective):
            said.append(
                _(
                    "A bound recomputed from prices, without the solver, leaves at most {share}.",
                    share=gap_text(certificate.gap, _),
                )
            )
        else:
            said.append(
                _(
                    "A bound recomputed from prices, without the solver, leaves at most {share} "
                    "({money}).",
                    share=gap_text(certificate.gap, _),
                    money=_.money(away, info.currency),
                )
            )
    return Tile(title, _.sentences(said))


def _draws(dossier: Dossier, _: Language) -> Tile | None:
    """What is known of the inputs: a study, else how many moves are firm."""
    study = robustness(dossier, _)
    if study is not None:
        return Tile(*study)
    if not dossier.close:
        return None
    firm = len(dossier.close) - sum(dossier.close.values())
    return Tile(
        _("{firm} of {moves} moves are firm", firm=firm, moves=len(dossier.close)),
        _(
            "Without any one of these the best plan is worse by 0.1 % or more, at the numbers of "
            "the case; page 3 shows what those rest on."
        ),
    )


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
    title = _("The nearest other plan")
    if worse <= NEAR * abs(plan.objective):
        title = _("An equal plan")
    places = {
        "segment": middle_cut(problem.segments[each.segment]),
        "tier": middle_cut(problem.tiers[near.tier]),
        "chosen": middle_cut(problem.tiers[each.tier]),
        "worse": _.money(worse, dossier.case.settings.case.currency)
        if not problem.goal.maximises
        else _("{points} points", points=_.amount(100 * worse)),
    }
    if not near.others:
        text = _(
            "{segment} by {tier} instead of {chosen}: the whole plan is {worse} worse.", **places
        )
        return Tile(title, text)
    others = _.counted(len(near.others), _.words(dossier.case.settings.words).segment)
    text = _(
        "{segment} by {tier} instead of {chosen}: the whole plan is {worse} worse; besides it "
        "{others} would change.",
        others=others,
        **places,
    )
    return Tile(title, text)
