"""How `--span` is read."""

from __future__ import annotations

import re

from slopt.errors import UsageError
from slopt.sayings import in_a_row, say

SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(%)?", re.ASCII)
SPAN_WORDS = say("Write --span 20% or --span 0.2, from 0 to below 100%.")


def span_of(text: str) -> float:
    """`20%` or `0.2` as a share; UsageError for anything else, and from 100 % on."""
    match = SHARE.fullmatch(text.strip())
    if match is None:
        raise UsageError(in_a_row(say("--span {text}: this is no share.", text=text), SPAN_WORDS))
    share = float(match[1]) / (100 if match[2] else 1)
    if not 0 <= share < 1:
        raise UsageError(
            in_a_row(say("--span {text}: this is out of range.", text=text), SPAN_WORDS)
        )
    return share
