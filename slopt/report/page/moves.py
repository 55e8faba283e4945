"""Who moves, the largest effect first, and who stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.plan.plan import Plan
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.page.names import decimals_of_levels, middle_cut
from slopt.report.page.studies import share_of
from slopt.report.page.thin import THIN

MOST_MOVES, MOST_LONG = 12, 7
"""Rows, and rows where the names of tiers take two lines."""
LONG = 28
"""Letters of two tiers that take more than a line."""
SHORT, LONGEST_TIER = 14, 24
MOST_TIERS = 12
"""Tiers of which it is said how many have them."""


@dataclass(frozen=True)
class MoveRow:
    """A segment that moves. Bars are changes as shares of the largest one, -1..1."""

    segment: str
    before: str
    after: str
    level: str
    cost: str
    lost: str
    total: str
    cost_bar: float
    lost_bar: float
    sure: str
    is_close: bool


def knows_moves(plan: Plan) -> bool:
    """True where segments are known today; what rooms and desks do today is never known."""
    return plan.current is not None or plan.problem.generated is not None


def moves_of(
    dossier: Dossier, _: Language
) -> tuple[Unit, tuple[MoveRow, ...], tuple[str, str, str, str] | None]:
    """The largest moves, what they share, and a sum line equal to the change of the totals."""
    plan, problem = dossier.plan, dossier.problem
    if not plan.moves or not knows_moves(plan):
        return Unit(1.0, "", 0), (), None
    moves = np.array(plan.moves)
    before, after = problem.current[moves], plan.choice[moves]
    cost = problem.service_cost[moves, after] - problem.service_cost[moves, before]
    lost = problem.lost_sales[moves, after] - problem.lost_sales[moves, before]
    total = cost + lost
    order = np.argsort(-np.abs(total), kind="stable")
    unit = _.rows_unit([*cost, *lost])
    scale = float(max(np.abs(cost).max(), np.abs(lost).max(), 1e-300))
    places = decimals_of_levels(dossier)
    names = [
        len(
            middle_cut(offer_words(problem, int(moves[place]), int(before[place]), _), LONGEST_TIER)
        )
        + len(
            middle_cut(offer_words(problem, int(moves[place]), int(after[place]), _), LONGEST_TIER)
        )
        for place in order[:MOST_MOVES].tolist()
    ]
    most = MOST_MOVES if max(names) <= LONG else MOST_LONG
    rows = []
    for place in order[:most].tolist():
        s, k = int(moves[place]), int(after[place])
        old = problem.service_level[s, before[place]]
        rows.append(
            MoveRow(
                dossier.names[s],
                offer_words(problem, s, int(before[place]), _),
                offer_words(problem, s, k, _),
                f"{percent(old, places)} → {percent(problem.service_level[s, k], places)}",
                unit.signed(cost[place]),
                unit.signed(lost[place]),
                unit.signed(total[place]),
                float(cost[place]) / scale,
                float(lost[place]) / scale,
                _how_sure(dossier, s, k, _),
                bool(dossier.close.get(s, False)),
            )
        )
    rest = order[most:]
    if len(rest):
        rows.append(
            MoveRow(
                _.count("{n} more, together", "{n} more, together", len(rest)),
                "", "", "",
                unit.signed(cost[rest].sum()),
                unit.signed(lost[rest].sum()),
                unit.signed(total[rest].sum()),
                0.0, 0.0, "", False,
            )
        )  # fmt: skip
    now, then = plan.current, plan.evaluation
    whole = float(cost.sum()), float(lost.sum())
    if now is not None:
        whole = then.service_cost - now.service_cost, then.lost_sales - now.lost_sales
    more = whole[0] - float(cost.sum()), whole[1] - float(lost.sum())
    if any(unit.signed(amount) != "0" for amount in more):
        rows.append(
            MoveRow(
                _("open tiers, extra units, shared prospects"),
                "", "", "",
                unit.signed(more[0]),
                unit.signed(more[1]),
                unit.signed(sum(more)),
                0.0, 0.0, "", False,
            )
        )  # fmt: skip
    words = _.words(dossier.case.settings.words)
    foot = (
        _("All {moved}", moved=_.counted(len(moves), words.segment)),
        unit.signed(whole[0]),
        unit.signed(whole[1]),
        unit.signed(sum(whole)),
    )
    return unit, tuple(rows), foot


def _how_sure(dossier: Dossier, segment: int, tier: int, _: Language) -> str:
    problem = dossier.problem
    n = dossier.provenance.sample(segment, tier)
    said = []
    if segment in dossier.close:
        said.append(_("close") if dossier.close[segment] else _("firm"))
    share = share_of(dossier, problem.segments[segment])
    if share is not None:
        said.append(_("best in {share} %", share=percent(share)))
    if n is not None and n < THIN:
        said.append(_("{n} observed", n=f"{n:,.0f}"))
    return " · ".join(said)


def rest_of(dossier: Dossier, _: Language) -> str:
    """Why the others stay, and how many have each tier."""
    plan, problem = dossier.plan, dossier.problem
    if plan.current is None or len(plan.choice) == 1:
        return ""
    words = _.words(dossier.case.settings.words)
    stay = np.setdiff1d(np.arange(len(plan.choice)), plan.moves)
    said = []
    if len(stay) and plan.moves:
        alone = int(np.count_nonzero(problem.admissible[stay].sum(axis=1) == 1))
        told = {"stay": f"{len(stay):,}", "tier": words.tier}
        if alone:
            said.append(
                _(
                    "The other {stay} stay; {alone} of them have one {tier} to choose from.",
                    alone=f"{alone:,}",
                    **told,
                )
            )
        else:
            said.append(_("The other {stay} stay.", **told))
    counts = [
        f"{middle_cut(tier, SHORT)} {int(np.count_nonzero(problem.current == k)):,} → "
        f"{int(np.count_nonzero(plan.choice == k)):,}"
        for k, tier in enumerate(problem.tiers[: problem.menu_size])
    ]
    if len(counts) <= MOST_TIERS:
        said.append(
            _(
                "{segments} by {tier}, today → plan: {counts}.",
                segments=_.capital(_.plural(words.segment)),
                tier=words.tier,
                counts=_(", ").join(counts),
            )
        )
    return _.sentences(said)
