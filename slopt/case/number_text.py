"""Numbers as people write them: what was meant by a text that is not a plain number."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from slopt.sayings import say

PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,' _\u00a0\u202f]\d{3})+(\.\d+)?", re.ASCII)
THOUSANDS_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
MINUS_SIGNS = "\u2212\u2012\u2013\u2014"
MISSING_WORDS = {"na", "n/a", "nan", "null", "none", "-", "--", "?", "#n/a", "tbd", "–", "—", "无"}
ENDLESS_WORDS = {"inf", "infinity", "∞"}


def number_remedy(text: str) -> str:
    """What to write in place of a text that is no number; empty where nothing special is known."""
    if text.casefold() in MISSING_WORDS or text.casefold().lstrip("+-") in ENDLESS_WORDS:
        return ""
    meant = _meant(text)
    if meant is None:
        return say("Write a plain number such as 1234.5, without unit, currency or percent sign.")
    if "," in text and THOUSANDS.fullmatch(text) and text.count(",") == 1 and "." not in text:
        return say(
            "Write {meant}, or {replace} if the comma marks decimals.",
            meant=meant,
            replace=text.replace(",", "."),
        )
    return say("Write {meant}.", meant=meant)


def _meant(text: str) -> str | None:
    """The plain number that a text with signs for thousands, money or percent stands for."""
    text = "".join(_plain_sign(sign) for sign in text).strip()
    if text.endswith("%"):
        meant = _meant(text[:-1])
        return None if meant is None else format((Decimal(meant) / 100).normalize(), "f")
    if text and unicodedata.category(text[0]) == "Sc":
        return _meant(text[1:])
    if text and unicodedata.category(text[-1]) == "Sc":
        return _meant(text[:-1])
    if THOUSANDS.fullmatch(text):
        return re.sub(r"[^0-9.+-]", "", text)
    if THOUSANDS_DOTTED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text if PLAIN_NUMBER.fullmatch(text) and len(text) < 40 else None


def _plain_sign(sign: str) -> str:
    """The ASCII sign for a digit of any script, a full-width sign or a typographic minus."""
    if sign in MINUS_SIGNS:
        return "-"
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign
