"""The page as one HTML text: template, style and charts, everything from outside escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from slopt.engine.reporting import Dossier
from slopt.report.charts import HATCHING
from slopt.report.language import Language
from slopt.report.page.basis import basis_of
from slopt.report.page.curves import bridge_chart, frontier_chart, level_chart, whale_chart
from slopt.report.page.deciders import curve_figures, more_curves
from slopt.report.page.decision import Decision, decision_of
from slopt.report.page.if_wrong import if_wrong
from slopt.report.page.names import LONGEST_NAME, middle_cut
from slopt.report.page.studies import switch_rows
from slopt.report.page.tornado import tornado_chart
from slopt.report.page.why import why_of
from slopt.report.words import capital

HERE = Path(__file__).parent
MANY_ROWS = 26
"""Lines of tables and bars on page one above which they stand closer together."""
NO_BREAK = "\u00a0"
UNIT_AFTER_NUMBER = re.compile(
    r"(?<=\d) (?:(?:k|M|bn|tn)(?: [A-Z]{3})?|[A-Z]{3}|%|万亿|亿|万)(?!\w)|(?<=\d) [万亿]"
)
FORBIDDEN = dict.fromkeys(
    (
        *range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000),
        *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    ),
    "\ufffd",
)  # fmt: skip
"""Signs that no HTML text may have, and those that turn the direction of what follows."""


@dataclass(frozen=True)
class Script:
    """What makes the curves answer to the pointer: data as JSON, the library, what starts it."""

    curves: str
    library: str
    start: str


def page_html(dossier: Dossier, language: Language, script: Script | None = None) -> str:
    """The report of a dossier as one self-contained page, without script unless one is given."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    decision = decision_of(dossier, language)
    plan, info = dossier.plan, dossier.case.settings.case
    text: str = _template("page.html").render(
        _=language,
        script=script,
        page={
            "lang": language.tag,
            "policy": _policy(css, script),
            "css": css,
            "hatching": HATCHING,
            "name": info.name or language("Service plan"),
            "dated": _dated(dossier, language),
            "has_today": plan.current is not None,
            "is_dense": _rows(decision) > MANY_ROWS,
        },
        words=language.words(dossier.case.settings.words),
        decision=decision,
        bridge=bridge_chart(dossier, decision.steps, language) if decision.steps else None,
        by_level=level_chart(dossier, language),
        frontier=frontier_chart(dossier, language),
        whale=whale_chart(dossier, language),
        tornado=tornado_chart(dossier, language),
        switches=switch_rows(dossier, language),
        why=why_of(dossier, language),
        wrong=if_wrong(dossier, language),
        basis=basis_of(dossier, language),
        curves=curve_figures(dossier, language),
        curves_more=more_curves(dossier, language),
    )
    return text.translate(FORBIDDEN)


def rendered(name: str, page: Mapping[str, Any], language: Language) -> str:
    """A page by a template of its own, without script, in the style of the report."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    shared = {"lang": language.tag, "policy": _policy(css, None), "css": css, "hatching": HATCHING}
    text: str = _template(name).render(_=language, page={**page, **shared})
    return text.translate(FORBIDDEN)


def _rows(decision: Decision) -> int:
    tables = (decision.totals, decision.steps, decision.parts, decision.designs, decision.moves)
    return sum(len(rows) for rows in tables)


def _dated(dossier: Dossier, language: Language) -> str:
    date = language.date(dossier.made)
    return language("{date} · run {run}", date=date, run=dossier.run) if dossier.run else date


def _policy(css: str, script: Script | None) -> str:
    """Nothing is loaded, nothing runs, and no style but this one counts.

    The library of the interactive page writes styles as it draws; scripts are those two alone.
    """
    allowed = f"style-src {_hash(css)}"
    if script is not None:
        scripts = f"script-src {_hash(script.library)} {_hash(script.start)}"
        allowed = f"style-src 'unsafe-inline'; img-src data: blob:; {scripts}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "made_here": Markup,
        "name": _name,
        "first_capital": capital,
        "figure": _figure,
        "unbroken": _unbroken,
    }
    return environment.get_template(name)


def _name(text: str, longest: int = LONGEST_NAME) -> str | Markup:
    """A name; one that is too long is cut in its middle, and its title has all of it."""
    short = middle_cut(text, longest)
    if short == text:
        return text
    return Markup('<span title="{}">{}</span>').format(text, escape(short))


def _unbroken(text: str) -> str:
    """A sentence in which no line ends between a number and its unit."""
    return UNIT_AFTER_NUMBER.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def _figure(value: object) -> str:
    """A number of a chart, in full but for noise."""
    return f"{round(value, 4):,}" if isinstance(value, float) else str(value)
