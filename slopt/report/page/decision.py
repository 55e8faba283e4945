"""Page one, the decision: one sentence, before and after, the bridge, who moves, how sure."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.page.bridge import Step, steps_of
from slopt.report.page.deciders import DesignRow, PartRow, design_rows, part_rows
from slopt.report.page.for_risk import with_reserve
from slopt.report.page.headline import headline, lede
from slopt.report.page.menu import TierRow, menu_of
from slopt.report.page.moves import MoveRow, knows_moves, moves_of, rest_of
from slopt.report.page.tiles import Tile, tiles_of
from slopt.report.page.totals import (
    MoneyRow,
    broken_today,
    soft_rules_broken,
    totals_of,
    totals_unit,
)


@dataclass(frozen=True)
class Decision:
    """Page one, ready to be set."""

    headline: str
    lede: str
    unit: str
    totals: tuple[MoneyRow, ...]
    broken_today: str
    with_reserve: str
    soft_rules_broken: tuple[str, ...]
    menu: tuple[TierRow, ...]
    menu_sum: TierRow | None
    parts: tuple[PartRow, ...]
    designs: tuple[DesignRow, ...]
    steps: tuple[Step, ...]
    moves_title: str
    moves_unit: str
    moves: tuple[MoveRow, ...]
    moves_sum: tuple[str, str, str, str] | None
    rest: str
    tiles: tuple[Tile, ...]

    @property
    def has_sure(self) -> bool:
        """True where it is known of any move how sure it is."""
        return any(row.sure for row in self.moves)


def decision_of(dossier: Dossier, _: Language) -> Decision:
    """Page one of a dossier."""
    plan = dossier.plan
    then, now = plan.evaluation, plan.current
    unit = totals_unit(then, now, _)
    moves_unit, rows, foot = moves_of(dossier, _)
    menu, menu_sum = menu_of(dossier, unit, _)
    words = _.words(dossier.case.settings.words)
    count = len(plan.moves) if knows_moves(plan) else 0
    return Decision(
        headline=headline(dossier, _),
        lede=lede(dossier, _),
        unit=_.unit_head(unit, dossier.case.settings.case),
        totals=totals_of(dossier, unit, _),
        broken_today=broken_today(dossier, _),
        with_reserve=with_reserve(dossier, _),
        soft_rules_broken=soft_rules_broken(dossier, _),
        menu=menu,
        menu_sum=menu_sum,
        parts=part_rows(dossier, unit, _),
        designs=design_rows(dossier, unit, _),
        steps=steps_of(dossier, unit, _),
        moves_title=_(
            "What changes: {moved}, largest effect first", moved=_.counted(count, words.segment)
        ),
        moves_unit=_.unit_head(moves_unit, dossier.case.settings.case),
        moves=rows,
        moves_sum=foot,
        rest=rest_of(dossier, _),
        tiles=tiles_of(dossier, _),
    )
