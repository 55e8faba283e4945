"""Texts that people type -> amounts of a knob, and amounts -> the texts that stand in the field."""

from __future__ import annotations

import math
import re
import unicodedata
from enum import Enum, auto

from slopt.app.knobs import Knob, Unit
from slopt.case.amounts import Amount
from slopt.case.case import Words
from slopt.report.language import Language

SIZES = {
    "": 1.0, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
    "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "万亿": 1e12, "萬億": 1e12,
}  # fmt: skip
SIGNS = {
    Unit.MONEY: SIZES,
    Unit.PLAIN: SIZES,
    Unit.COUNT: SIZES,
    Unit.SHARE: {"": 1.0, "%": 0.01},
    Unit.FACTOR: {"": 1.0, "×": 1.0, "x": 1.0},
}
"""What may stand behind a number in each kind of field, and what it is times."""
DIGITS = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
GROUPS = r"[1-9][0-9]{0,2}(?P<mark>[,’' ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?:\.[0-9]*)?"
NUMBER = re.compile(rf"{GROUPS}|{DIGITS}")
WRITTEN = re.compile(
    r"([+-]?) ?([0-9.,’' ]*[0-9.,’'])(e[+-]?[0-9]+)? ?([^0-9.,’' ]*)", re.IGNORECASE
)
"""Sign, digits with whatever separates them, power of ten, unit."""
LONGEST = 40


class Wrong(Enum):
    """Why a text is refused."""

    NO_NUMBER = auto()
    COMMA = auto()
    UNIT = auto()
    NOT_WHOLE = auto()


def read_field(knob: Knob, text: str, words: tuple[str, ...] = ()) -> Amount | Wrong:
    """The amount that a text means. A number has a point for its decimals, and separators, if any,
    between full groups of three digits: whatever else might be read in two ways is refused.

    `words` are those that stand for no limit, besides an empty field.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())
    if len(plain) > LONGEST:
        return Wrong.NO_NUMBER
    if knob.is_optional and (not plain or plain.casefold() in {w.casefold() for w in words}):
        return Amount(None)
    written = WRITTEN.fullmatch(plain)
    if written is None:
        return Wrong.NO_NUMBER
    sign, digits, power, unit = written.groups(default="")
    if NUMBER.fullmatch(digits) is None:
        return Wrong.COMMA
    size = SIGNS[knob.unit].get(unit.casefold())
    if size is None:
        return Wrong.UNIT
    value = float(sign + re.sub(r"[,’' ]", "", digits) + power) * size
    if not math.isfinite(value):
        return Wrong.NO_NUMBER
    if knob.unit is Unit.SHARE and not unit and value > 1:
        value /= 100  # the field says percent
    value = float(f"{value:.15g}")
    if knob.unit is Unit.COUNT and value != round(value):
        return Wrong.NOT_WHOLE
    return Amount(value, knob.is_factor)


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


def refused(knob: Knob, wrong: Wrong, _: Language) -> str:
    """What to write in the field of a knob."""
    if wrong is Wrong.COMMA:
        return _(
            "This can be read in more than one way. Write a point for decimals, and commas only "
            "between full groups of three digits, such as {example}.",
            example="12,500.75",
        )
    if knob.unit is Unit.SHARE:
        return _("Write a percentage, such as 12 %.")
    if knob.unit is Unit.FACTOR:
        return _("Write how many times what the case says, such as 1.1.")
    example = field_text(knob, knob.high, _)
    if knob.unit is Unit.COUNT and not knob.is_optional:
        return _("Write a whole number, such as {example}.", example=example)
    if knob.unit is Unit.COUNT:
        return _("Write a whole number, such as {example}, or nothing for no limit.",
                 example=example)  # fmt: skip
    if knob.is_optional:
        return _("Write a number, such as {example}, or nothing for no limit.", example=example)
    return _("Write a number, such as {example}.", example=example)
