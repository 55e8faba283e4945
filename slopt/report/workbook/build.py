"""The whole workbook of a dossier."""

from __future__ import annotations

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.workbook.basis_sheets import write_assumptions, write_checks, write_record
from slopt.report.workbook.book import Book
from slopt.report.workbook.bridge_sheet import write_bridge
from slopt.report.workbook.deciders_sheet import write_deciders
from slopt.report.workbook.decision_sheet import write_decision
from slopt.report.workbook.frontier_sheet import write_by_level, write_frontier
from slopt.report.workbook.futures_sheets import write_futures
from slopt.report.workbook.layout import Layout
from slopt.report.workbook.lists_sheet import write_lists
from slopt.report.workbook.offers_sheet import largest_amount, write_offers
from slopt.report.workbook.parts_sheets import write_parts
from slopt.report.workbook.resources_sheet import write_resources
from slopt.report.workbook.segments_sheet import write_segments


def workbook_bytes(dossier: Dossier, language: Language) -> bytes:
    """The report of a dossier as an .xlsx file.

    Raises UsageError where there are more offers than a sheet has rows.
    """
    layout = Layout(dossier, language)
    info = dossier.case.settings.case
    title = info.name or language("Service plan")
    book = Book(title, info.currency, largest_amount(layout), dossier.made)
    write_decision(book, layout)
    write_segments(book, layout)
    write_deciders(book, layout)
    write_parts(book, layout)
    write_offers(book, layout)
    if layout.has_limits:
        write_resources(book, layout)
    if layout.has_today:
        write_bridge(book, layout)
    write_frontier(book, layout)
    write_by_level(book, layout)
    write_futures(book, layout)
    write_assumptions(book, layout)
    write_checks(book, layout)
    write_record(book, layout)
    write_lists(book, layout)
    return book.close()
