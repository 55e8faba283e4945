"""Complaints: how many customers complain, how many are made good, and who leaves all the same.

Each group is compared with customers without a failure who order alike, as for leave_probability,
which is that of customers who were silent about their failure.
"""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.absence import Absence
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History, tells_outcome
from slopt.calibrate.leaving import FEWEST, strata_of
from slopt.calibrate.shares import Interval, wilson
from slopt.sayings import OR, listed, say
from slopt.vocabulary import SourceKind

SILENT, IN_VAIN, SLOW, QUICK = 0, 1, 2, 3
LEAVE = {
    SILENT: "leave_probability",
    IN_VAIN: "leave_if_in_vain",
    SLOW: "leave_if_slow",
    QUICK: "leave_if_quick",
}
"""The column of `response` for those who leave, by the outcome of their complaint."""
WORDS = {
    SILENT: say("silent"),
    IN_VAIN: say("in vain"),
    SLOW: say("made good slowly"),
    QUICK: say("made good quickly"),
}
COLUMNS = ("complaint_rate", "resolved_quickly", "resolved_slowly", *LEAVE.values())
"""The columns of `response` that belong together."""


def find_recovery(
    counts: Counts, history: History, findings: Findings, absence: Absence | None
) -> None:
    """Add complaints and what they lead to, where tickets tell how they ended."""
    tickets = history.logs.get("tickets")
    if tickets is None or not tickets.has("resolved"):
        return
    cells, outcome = counts.complaints()
    failed = cells.failure == 1
    n = {each: float(cells.n[failed & (outcome == each)].sum()) for each in LEAVE}
    complained = sum(n.values()) - n[SILENT]
    if not complained:
        return
    _tell(findings, n)
    if not _knows_the_silent(history):
        findings.warn(
            say("Failures are known by complaints alone: who was silent is not seen."),
            say("complaint_rate needs failures from orders, or from the record of customers."),
            "response",
            "complaint_rate",
        )
        return
    thin = [WORDS[each] for each in LEAVE if 0 < n[each] < FEWEST]
    thin += [WORDS[each] for each in (SILENT, IN_VAIN) if not n[each]]
    if thin:
        findings.warn(
            say(
                "Fewer than {fewest} customers had a failure or complaint that was {thin}.",
                fewest=FEWEST,
                thin=listed(thin, OR),
            ),
            say("Complaints are told, and not written into the case."),
            "response",
            "complaint_rate",
        )
        return
    leaves = {}
    for each in LEAVE:
        if not n[each]:
            continue
        chosen = (cells.failure == 0) | (failed & (outcome == each))
        table = strata_of(cells.take(chosen), absence)
        leaves[each] = table.difference(np.ones(len(table.segment), bool))[0]
    if any(math.isnan(share.value) for share in leaves.values()):
        return
    for cell in [key for key in findings.cells if key[:2] == ("response", LEAVE[SILENT])]:
        del findings.cells[cell]
    _write(history, findings, n, leaves)


def _knows_the_silent(history: History) -> bool:
    """Whether failures are known of customers who did not complain."""
    orders = history.logs.get("orders")
    return (orders is not None and tells_outcome(orders)) or history.mapped("failed", "customers")


def _write(
    history: History, findings: Findings, n: dict[int, float], leaves: dict[int, Interval]
) -> None:
    failures, complained = sum(n.values()), sum(n.values()) - n[SILENT]
    shares = {
        "complaint_rate": (complained, failures, "of customers with a failure"),
        "resolved_quickly": (n[QUICK], complained, "of customers who complained"),
        "resolved_slowly": (n[SLOW], complained, "of customers who complained"),
    }
    findings.add(
        Estimate(
            "response", column, wilson(count, base).value, SourceKind.MEASURED,
            f"{history.name}: share {words} (Wilson interval)", n=base,
            interval=wilson(count, base),
        )
        for column, (count, base, words) in shares.items()
    )  # fmt: skip
    for outcome, share in leaves.items():
        kept = Interval(*(min(max(end, 0.0), 1.0) for end in share))
        findings.add(
            [Estimate(
                "response", LEAVE[outcome], kept.value, SourceKind.FITTED,
                f"{history.name}: left, {WORDS[outcome]}, less without a failure, among customers "
                "of one segment who order alike (Mantel-Haenszel)", n=n[outcome], interval=kept,
            )]
        )  # fmt: skip
    below = [WORDS[outcome] for outcome, share in leaves.items() if share.value < 0]
    if below:
        findings.warn(
            say(
                "Customers whose failure or complaint was {below} left less often than "
                "those without a failure.",
                below=listed(below, OR),
            ),
            say("Chances below 0 are written as 0."),
            "response",
            "leave_if_quick",
        )


def _tell(findings: Findings, n: dict[int, float]) -> None:
    failures, complained = sum(n.values()), sum(n.values()) - n[SILENT]
    words = say(
        "Of {failures} customers with a failure {complained} % complained; of "
        "these {quickly} % were made good quickly, {slowly} % slowly, {in_vain} % in vain.",
        failures=f"{failures:,.0f}",
        complained=f"{100 * complained / failures:.1f}",
        quickly=f"{100 * n[QUICK] / complained:.1f}",
        slowly=f"{100 * n[SLOW] / complained:.1f}",
        in_vain=f"{100 * n[IN_VAIN] / complained:.1f}",
    )
    rows = tuple({"outcome": WORDS[each], "customers": count} for each, count in n.items())
    findings.findings.append(Finding("complaints", words, rows))
