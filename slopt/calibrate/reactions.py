"""What customers do who find nothing in stock, from a log of their reactions."""

from __future__ import annotations

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History, Log
from slopt.calibrate.shares import wilson
from slopt.calibrate.tallies import Numbers
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import LossKind, SourceKind

REACTIONS = ("other_shop", "other_brand", "same_brand", "later", "nothing", "leaves")
"""The columns of `stock_outs` that are shares of reactions and add up to 1."""
FEWEST = 20
"""Reactions that a segment needs to have shares of its own."""
DIGITS = 5
"""Of the shares as they are written."""


def find_reactions(counts: Counts, history: History, findings: Findings) -> None:
    """Add the shares of reactions, of all and of segments with enough of them.

    Raises InvalidInput where a text of the log is no reaction.
    """
    log = history.logs.get("stock_outs")
    if log is None:
        return
    words = _words(log)
    seen = counts.reactions()
    unknown = sorted({text for _, text, _ in seen if text not in words})
    if unknown:
        shown = ", ".join(f'"{text}"' for text in unknown[:5])
        remedy = say('Write [stock_outs.reactions] with lines such as other_shop = ["..."].')
        raise InvalidInput(
            [
                Problem(
                    say("These reactions are not known: {shown}.", shown=shown), remedy,
                    file=log.file.name, column=log.columns["reaction"][0], value=unknown[0],
                )
            ]
        )  # fmt: skip
    of_all = np.zeros(len(REACTIONS))
    of_segments: dict[str, Numbers] = {}
    for segment, text, n in seen:
        place = REACTIONS.index(words[text])
        of_all[place] += n
        of_segments.setdefault(segment, np.zeros(len(REACTIONS)))[place] += n
    if not of_all.sum():
        return
    for segment in ["*", *counts.segments]:
        shares = of_all if segment == "*" else of_segments.get(segment, np.zeros(1))
        if segment == "*" or shares.sum() >= FEWEST:
            findings.add(_estimates(history, segment, shares))
    _tell(findings, of_all)
    _kind(history, findings)


def _words(log: Log) -> dict[str, str]:
    """The reaction that each text of the log stands for; the names stand for themselves."""
    given = {text: reaction for reaction, texts in log.reactions.items() for text in texts}
    return {reaction: reaction for reaction in REACTIONS} | given


def _estimates(history: History, segment: str, counts: Numbers) -> list[Estimate]:
    n = float(counts.sum())
    # As they are written they must add up: the largest takes what rounding leaves.
    shares = np.round(counts / n, DIGITS)
    largest = int(counts.argmax())
    shares[largest] = round(1 - float(np.delete(shares, largest).sum()), DIGITS)
    return [
        Estimate(
            "stock_outs", reaction, float(share), SourceKind.MEASURED,
            f"{history.name}: share of the reactions (Wilson interval)", segment, n=n,
            interval=wilson(float(count), n),
        )
        for reaction, share, count in zip(REACTIONS, shares, counts, strict=True)
    ]  # fmt: skip


def _tell(findings: Findings, shares: Numbers) -> None:
    n = float(shares.sum())
    words = ", ".join(
        f"{reaction} {100 * count / n:.1f} %"
        for reaction, count in zip(REACTIONS, shares, strict=True)
        if count
    )
    rows = tuple(
        {"reaction": reaction, **wilson(float(count), n)._asdict()}
        for reaction, count in zip(REACTIONS, shares, strict=True)
    )
    findings.findings.append(
        Finding(
            "reactions to stock-outs",
            say("Of {n} who found nothing in stock: {words}.", n=f"{n:,.0f}", words=words),
            rows,
        )
    )


def _kind(history: History, findings: Findings) -> None:
    """The kind of response, where levels are shares of what was in stock."""
    if any((row.table, row.column) == ("response", "kind") for row in history.assumptions):
        return
    orders = history.logs.get("orders")
    if orders is not None and orders.has("quantity_ordered", "quantity_delivered"):
        findings.add(
            [Estimate(
                "response", "kind", LossKind.STOCK_OUT.value, SourceKind.MEASURED,
                f"{history.name}: failures are quantities that were not delivered",
            )]
        )  # fmt: skip
        return
    findings.warn(
        say(
            "Reactions to stock-outs are written, and failures of this log need not be stock-outs."
        ),
        say("They count where you assume response kind = stock_out."),
        "response",
        "kind",
    )
