"""What every tier would cost, lose and use in every segment: what the plan is looked up in."""

from __future__ import annotations

import numpy as np

from slopt.problem.choice import Bar
from slopt.report.offer_words import offer_words
from slopt.report.workbook.book import Book
from slopt.report.workbook.layout import Layout


def write_offers(book: Book, layout: Layout) -> None:
    """A row a pair, in the case's order."""
    _, problem, plan = layout.language, layout.problem, layout.dossier.plan
    grid = layout.offers
    sheet = book.sheet(grid.sheet)
    title = _("What every {tier} would cost and lose", tier=layout.words.tier)
    sheet.text(0, 0, title if layout.places.menu else _("What is planned"), "title")
    sheet.text(
        1,
        0,
        _("{unit}. The sheet {sheet} looks its figures up here.", sheet=layout.titles.segments,
          unit=unit_words(layout)),
        "caption",
    )  # fmt: skip
    sheet.head(grid)
    figures = {
        name: getattr(problem, name) for name in ("service_cost", *layout.kinds, "lost_sales")
    }
    provenance = layout.dossier.provenance
    made, now, both = _("plan as made"), _("today"), _("today and plan as made")
    bars = {
        Bar.NOT_OFFERED: _("not offered"),
        Bar.MIN_TIER: _("contract floor"),
        Bar.MAX_TIER: _("contract ceiling"),
        Bar.FIXED_TIER: _("pinned"),
        Bar.NOT_WORTH_IT: _("not worth its price"),
    }
    row = grid.first
    places = layout.places
    for s in range(problem.segment_count):
        for k in places.columns(s):
            is_made, is_now = plan.choice[s] == k, problem.current[s] == k
            barred = int(problem.barred[s, k])
            sheet.cells(
                grid,
                row,
                {
                    "segment": problem.segments[s],
                    "tier": offer_words(problem, s, k, _),
                    "mark": both
                    if is_made and is_now
                    else made
                    if is_made
                    else now
                    if is_now
                    else "",
                    "barred": _(", ").join(name for bar, name in bars.items() if barred & bar),
                    "level": None if places.is_served[s] else problem.service_level[s, k],
                    **{name: its[s, k] for name, its in figures.items()},
                    "total": figures["service_cost"][s, k] + figures["lost_sales"][s, k],
                    "observed": provenance.sample(s, k) if k < places.menu else None,
                    **{f"use {r}": problem.use[r, s, k] for r in range(len(problem.resources))},
                    **{f"told {p}": its.messages[s, k] for p, its in enumerate(problem.pools)},
                    "offer": row - grid.first + 1,
                    "allowed": int(barred == 0),
                },
            )
            row += 1
    sheet.freeze(grid, 2)


def unit_words(layout: Layout) -> str:
    """What money is counted in: `USD a year`."""
    info, _ = layout.dossier.case.settings.case, layout.language
    currency = _.currency(info.currency) or _("money")
    return _("{currency} a {period}", currency=currency, period=_.period(info.period))


def largest_amount(layout: Layout) -> float:
    """The largest amount of the plan, by which money gets its decimals."""
    evaluation = layout.dossier.plan.evaluation
    return float(np.max(np.abs([evaluation.service_cost, evaluation.lost_sales])))
