"""Texts that people type -> amounts of a knob, and amounts -> the texts that stand in the field."""

from __future__ import annotations

import re

from slopt.app.knobs import Knob, Unit
from slopt.case.amounts import Amount
from slopt.case.case import Words
from slopt.report.language import Language

SIZES = {
    "": 1.0, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
    "%": 0.01, "×": 1.0, "x": 1.0,
}  # fmt: skip
NUMBER = re.compile(r"([+\-−]?[\d.,’' \u00a0]*\d(?:e[+-]?\d+)?)\s*([^\d\s.,]*)", re.IGNORECASE)
LONGEST = 40


def read_field(knob: Knob, text: str, words: tuple[str, ...] = ()) -> Amount | None:
    """The amount that a text means; None where it means none.

    `words` are those that stand for no limit, besides an empty field.
    """
    plain = text.strip()[:LONGEST]
    if knob.is_optional and (not plain or plain.casefold() in {w.casefold() for w in words}):
        return Amount(None)
    match = NUMBER.fullmatch(plain)
    if match is None or match[2].casefold() not in SIZES:
        return None
    sign = match[2].casefold()
    digits = re.sub(r"[,’' \u00a0]", "", match[1]).replace("−", "-")
    try:
        value = float(digits) * SIZES[sign]
    except ValueError:
        return None
    if knob.unit is Unit.SHARE and sign == "" and value > 1:
        value /= 100  # the field says percent
    return Amount(float(f"{value:.15g}"), knob.is_factor)


def slid(knob: Knob, at: float) -> Amount:
    """The amount at a place of the slider; at its free end there is no limit."""
    at = min(max(at, knob.low), knob.high)
    if knob.is_optional and at == knob.free:
        return Amount(None)
    return Amount(float(f"{at:.12g}"), knob.is_factor)


def field_text(knob: Knob, value: float | None, _: Language) -> str:
    """What stands in the field of a knob."""
    if value is None:
        return _("no limit")
    if knob.unit is Unit.SHARE:
        return f"{float(f'{100 * value:.4g}'):g} %"
    if knob.unit is Unit.FACTOR:
        return f"{float(f'{value:.4g}'):g} ×"
    if knob.unit is Unit.COUNT:
        return f"{value:,.0f}"
    return _.amount(value, 4)


def knob_label(knob: Knob, words: Words, _: Language) -> str:
    """What a knob is called. `words` are those of the case in this language."""
    known = {
        "limits.budget": _("{cost}: budget", cost=words.service_cost),
        "limits.max_changes": _("moves allowed"),
        "limits.max_tiers": _("{tiers} on the menu", tiers=_.plural(words.tier)),
        "limits.min_service_level": _("least mean {level}", level=words.service_level),
        "limits.max_lost_sales": _("most expected {lost}", lost=words.lost_sales),
        "segments.margin": _("contribution margin"),
        "segments.base_churn": _("customers who leave anyway"),
        "response.lost_order_share": _("orders lost after a failure"),
        "response.leave_probability": _("customers who leave after a failure"),
        "response.listeners": _("people told of a failure"),
        "response.prospect_share": _("prospects among them"),
        "response.deterrence": _("prospects put off"),
        "response.prospect_value": _("value of a prospect"),
    }
    found = known.get(knob.path)
    return knob.name if found is None else _.capital(found)


def refused(knob: Knob, _: Language) -> str:
    """What to write in the field of a knob."""
    if knob.unit is Unit.SHARE:
        return _("Write a percentage, such as 12 %.")
    if knob.unit is Unit.FACTOR:
        return _("Write how many times what the case says, such as 1.1.")
    if knob.is_optional:
        return _("Write a number, such as {example}, or nothing for no limit.",
                 example=field_text(knob, knob.high, _))  # fmt: skip
    return _("Write a number, such as {example}.", example=field_text(knob, knob.high, _))
