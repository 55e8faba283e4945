"""What calibration found: estimates with intervals, what the log says, scores, what is assumed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.calibrate.calibrate import Calibration
from slopt.calibrate.estimate import Estimate
from slopt.calibrate.history import Assumption
from slopt.case.schema import BY_NAME
from slopt.report.numbers import NONE, amount, percent
from slopt.report.problem_screen import problem_lines
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted

SHOWN = ("tiers", "response")
"""Tables whose estimates are shown one by one; those of segments and offers are in sources.csv."""


def calibration_lines(calibration: Calibration, width: int) -> list[Text]:
    """The screen of `slopt calibrate`."""
    settings = calibration.history.case_settings
    words, info = settings.words, settings.case
    logs = ", ".join(f"{rows:,} rows of {name}" for name, rows in calibration.rows.items())
    tiers = calibration.tiers if calibration.case is None else calibration.case.tiers
    segments = counted(len(calibration.segments), words.segment)
    sizes = f"{segments}, {counted(len(tiers), words.tier)}"
    money = f"{info.currency or 'money'} a {info.period}"
    lines = sentence(f"{calibration.history.name} · {logs} → {sizes} · {money}", width)
    estimates = _estimates(calibration, words.tier, width)
    lines += [Text(""), *estimates] if estimates else []
    lines += _by_segment(calibration, width)
    if calibration.findings:
        lines += [Text(""), Text("What the log says", style="bold")]
        for finding in calibration.findings:
            lines += sentence(finding.words, width, indent="  ")
    if calibration.scores:
        lines += [Text(""), *_scores(calibration, width)]
    lines += _assumed(calibration.history.assumptions, width)
    if calibration.warnings:
        lines += [Text(""), *problem_lines(calibration.warnings, width)]
    return lines


def missing_lines(calibration: Calibration, width: int) -> list[Text]:
    """What the logs lack to make a case, said after all that they tell; nothing where they do."""
    if not calibration.missing:
        return []
    lines = sentence("These logs do not make a case yet. What they lack:", width)
    for problem in calibration.missing:
        place = f"{problem.column}: " if problem.column else ""
        lines += sentence(f"{place}{problem.message} {problem.remedy}", width, indent="  ")
    return [Text(""), *lines]


def _estimates(calibration: Calibration, tier_word: str, width: int) -> list[Text]:
    """Estimates by tier, and of the response of all."""
    estimates = calibration.estimates
    rows = [
        [
            each.column, each.tier if each.table == "tiers" else "all",
            each.value if isinstance(each.value, str) else _value(each, each.value),
            _interval(each),
            NONE if each.n is None else f"{each.n:,.0f}", each.kind.value,
        ]
        for each in estimates
        if each.table in SHOWN and each.segment == "*"
    ]  # fmt: skip
    columns = [
        Col("estimate", right=False), Col(tier_word, right=False, shorten=True), Col("value"),
        Col("95 % interval"), Col("n", drop=1), Col("kind", right=False, drop=2),
    ]  # fmt: skip
    return table(columns, rows, width) if rows else []


def _by_segment(calibration: Calibration, width: int) -> list[Text]:
    """The range of the estimates of segments and pairs, a line a column; the rest is in sources."""
    columns: dict[tuple[str, str], list[Estimate]] = {}
    for each in calibration.estimates:
        if each.segment != "*" and isinstance(each.value, float):
            columns.setdefault((each.table, each.column), []).append(each)
    rows = []
    for (name, column), estimates in columns.items():
        ordered = sorted(estimates, key=lambda each: float(each.value))
        samples = [each.n for each in estimates if each.n is not None]
        ends = (ordered[0], ordered[len(ordered) // 2], ordered[-1])
        rows.append(
            [
                f"{name}.{column}", f"{len(ordered):,}",
                *(_value(each, float(each.value)) for each in ends),
                f"{min(samples):,.0f}" if samples else NONE,
            ]
        )  # fmt: skip
    if not rows:
        return []
    segment = calibration.history.case_settings.words.segment
    head = [
        Col(f"by {segment}", right=False), Col("number"), Col("lowest"), Col("middle"),
        Col("highest"), Col("least n", drop=1),
    ]  # fmt: skip
    return [Text(""), *table(head, rows, width)]


def _interval(each: Estimate) -> str:
    if each.low is None or each.high is None:
        return NONE
    return f"{_value(each, each.low)} to {_value(each, each.high)}"


def _value(each: Estimate, number: float | None) -> str:
    if number is None:
        return NONE
    column = BY_NAME[each.table].column(each.column)
    return f"{percent(number, 1)} %" if column.is_fraction else amount(number)


def _scores(calibration: Calibration, width: int) -> list[Text]:
    """Each estimate on data held back, against the naive guess."""
    rows = [
        [
            score.what, f"{score.loss:.3f}", f"{score.naive_loss:.3f}",
            percent(score.gain, 1), f"{score.held_back}; naive: {score.naive}",
        ]
        for score in calibration.scores
    ]  # fmt: skip
    columns = [
        Col("out of sample", right=False), Col("loss"), Col("naive"), Col("gain, %"),
        Col("measured on", right=False, wrap=True),
    ]  # fmt: skip
    lines: list[Text] = table(columns, rows, width)
    measures = list(dict.fromkeys(score.measure for score in calibration.scores))
    lines += sentence(f"Loss: {' or '.join(measures)}.", width)
    worse = [score.what for score in calibration.scores if score.gain <= 0]
    if worse:
        lines += sentence(
            f"No better than the naive guess: {', '.join(worse)}. The log holds little of it.",
            width,
        )
    return lines


def _assumed(assumptions: Sequence[Assumption], width: int) -> list[Text]:
    """What no log gives, by name, so that nobody takes it for measured."""
    if not assumptions:
        return []
    by_kind: dict[str, list[str]] = {}
    for row in assumptions:
        value = row.value if isinstance(row.value, str) else amount(float(row.value))
        whose = [name for name in (row.segment, row.tier) if name != "*"]
        place = f" of {', '.join(whose)}" if whose else ""
        by_kind.setdefault(row.kind.value, []).append(f"{row.column}{place} {value}")
    lines: list[Text] = [Text("")]
    for kind, names in by_kind.items():
        lines += sentence(f"Not from the log, {kind}: {', '.join(names)}.", width)
    return lines
