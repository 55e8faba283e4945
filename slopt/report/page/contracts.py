"""Contracts and customers who choose, on page two: what was promised, how sure, who takes what."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.plan.promises import Chosen, Promised, chosen, promised
from slopt.report.language import Language
from slopt.report.numbers import percent
from slopt.report.promises_table import net_words

MOST_ROWS = 8
"""Of a table: the dearest promises, the first who choose; half of it where there are both."""


@dataclass(frozen=True)
class PromiseRow:
    """What one segment was promised, and what that is expected to pay and bring."""

    segment: str
    tier: str
    promised: str
    level: str
    broken: str
    reviews: str
    penalties: str
    fees: str


@dataclass(frozen=True)
class TakenRow:
    """What one segment takes from the menu, and up to which price; money of one customer."""

    segment: str
    takes: str
    worth: str
    pays: str
    stays_up_to: str
    then_takes: str


@dataclass(frozen=True)
class Contracts:
    """Both tables, ready to be set; `net` says what the booked cost has in it."""

    net: str
    promises: tuple[PromiseRow, ...]
    promises_unit: str
    promises_note: str
    taken: tuple[TakenRow, ...]
    taken_unit: str
    taken_note: str

    @property
    def lines(self) -> int:
        """Rows of a table that both take on the page, with what stands above and below them."""
        return sum(len(rows) + 3 for rows in (self.promises, self.taken) if rows)


def contracts_of(dossier: Dossier, _: Language) -> Contracts | None:
    """None where nothing is promised, no prices are asked and nobody chooses."""
    case, problem, choice = dossier.case, dossier.problem, dossier.plan.choice
    rows, takers = promised(case, problem, choice), chosen(case, problem, choice)
    if not rows and not takers:
        return None
    kept = [row for row in rows if row.promised_share is not None]
    most = MOST_ROWS // 2 if kept and takers else MOST_ROWS
    shown = sorted(kept, key=lambda row: -row.penalties)[:most]
    unit = _.rows_unit([*(row.penalties for row in shown), *(row.fees for row in shown)])
    names = dict(zip(problem.segments, dossier.names, strict=False))
    info = case.settings.case
    return Contracts(
        net_words(case, rows, dossier.plan.evaluation.service_cost, _) if rows else "",
        tuple(
            PromiseRow(
                names[row.segment],
                row.tier,
                f"{percent(row.promised_share, 1)} %",
                f"{percent(row.service_level, 1)} %",
                f"{percent(row.breach_probability, 1)} %" + ("*" if row.measured_reviews else ""),
                f"{row.reviews:,}",
                unit.plain(row.penalties),
                unit.plain(row.fees),
            )
            for row in shown
        ),
        _.unit_head(unit, info),
        _promises_note(shown, len(kept), _),
        tuple(_taken_row(row, names[row.segment], _) for row in takers[:most]),
        _.money_a_period(info),
        _more_who_choose(len(takers) - most, _),
    )


def _promises_note(shown: list[Promised], count: int, _: Language) -> str:
    said = []
    if any(row.measured_reviews for row in shown):
        said.append(_("* counted in reviews that are over."))
    if count > len(shown):
        more = count - len(shown)
        said.append(_.count("{n} more promise.", "{n} more promises.", more))
    return _.sentences(said) if said else ""


def _more_who_choose(more: int, _: Language) -> str:
    return _.count("{n} more chooses.", "{n} more choose.", more) if more > 0 else ""


def _taken_row(row: Chosen, name: str, _: Language) -> TakenRow:
    return TakenRow(
        name,
        row.tier,
        _.amount(row.worth, 4),
        _.amount(row.pays, 4),
        "–" if row.stays_up_to is None else _.amount(row.stays_up_to, 4),
        row.then_takes or "–",
    )
