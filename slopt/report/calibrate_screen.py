"""What calibration found: estimates with intervals, what the log says, scores, what is assumed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.calibrate.calibrate import Calibration
from slopt.calibrate.estimate import Estimate
from slopt.calibrate.history import Assumption
from slopt.case.schema import BY_NAME
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.problem_screen import problem_lines
from slopt.report.table import Col, sentence, table
from slopt.sayings import later
from slopt.vocabulary import SourceKind

KINDS = {
    SourceKind.MEASURED: later("measured"),
    SourceKind.FITTED: later("fitted"),
    SourceKind.PUBLISHED: later("published"),
    SourceKind.ASSUMED: later("assumed"),
}
SHOWN = ("tiers", "response")
"""Tables whose estimates are shown one by one; those of segments and offers are in sources.csv."""


def calibration_lines(
    calibration: Calibration, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The screen of `slopt calibrate`."""
    _, settings = language, calibration.history.case_settings
    words, info = _.words(settings.words), settings.case
    tiers = calibration.tiers if calibration.case is None else calibration.case.tiers
    head = _(
        "{name} · {logs} → {segments}, {tiers} · {money}",
        name=calibration.history.name,
        logs=_(", ").join(
            _("{n} rows of {log}", n=f"{rows:,}", log=name)
            for name, rows in calibration.rows.items()
        ),
        segments=_.counted(len(calibration.segments), words.segment),
        tiers=_.counted(len(tiers), words.tier),
        money=_.money_a_period(info),
    )
    lines = sentence(head, width)
    estimates = _estimates(calibration, words.tier, width, _)
    lines += [Text(""), *estimates] if estimates else []
    lines += _by_segment(calibration, width, _)
    if calibration.findings:
        lines += [Text(""), Text(_("What the log says"), style="bold")]
        for finding in calibration.findings:
            lines += sentence(_.tell(finding.words), width, indent="  ")
    if calibration.scores:
        lines += [Text(""), *_scores(calibration, width, _)]
    lines += _assumed(calibration.history.assumptions, width, _)
    if calibration.warnings:
        lines += [Text(""), *problem_lines(calibration.warnings, width, language=_)]
    return lines


def missing_lines(calibration: Calibration, width: int, language: Language = ENGLISH) -> list[Text]:
    """What the logs lack to make a case, said after all that they tell; nothing where they do."""
    _ = language
    if not calibration.missing:
        return []
    lines = sentence(_("These logs do not make a case yet. What they lack:"), width)
    for problem in calibration.missing:
        said = _.sentences([_.tell(problem.message), _.tell(problem.remedy)])
        if problem.column:
            said = _("{column}: {problem}", column=problem.column, problem=said)
        lines += sentence(said, width, indent="  ")
    return [Text(""), *lines]


def _estimates(calibration: Calibration, tier_word: str, width: int, _: Language) -> list[Text]:
    """Estimates by tier, and of the response of all."""
    estimates = calibration.estimates
    rows = [
        [
            each.column, each.tier if each.table == "tiers" else _("all"),
            each.value if isinstance(each.value, str) else _value(each, each.value, _),
            _interval(each, _),
            NONE if each.n is None else f"{each.n:,.0f}", _(KINDS[each.kind]),
        ]
        for each in estimates
        if each.table in SHOWN and each.segment == "*"
    ]  # fmt: skip
    columns = [
        Col(_("estimate"), right=False), Col(tier_word, right=False, shorten=True),
        Col(_("value")), Col(_("95 % interval")), Col("n", drop=1),
        Col(_("kind"), right=False, drop=2),
    ]  # fmt: skip
    return table(columns, rows, width, language=_) if rows else []


def _by_segment(calibration: Calibration, width: int, _: Language) -> list[Text]:
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
                *(_value(each, float(each.value), _) for each in ends),
                f"{min(samples):,.0f}" if samples else NONE,
            ]
        )  # fmt: skip
    if not rows:
        return []
    segment = _.words(calibration.history.case_settings.words).segment
    head = [
        Col(_("by {segment}", segment=segment), right=False), Col(_("count|number")),
        Col(_("lowest")), Col(_("middle")), Col(_("highest")), Col(_("least n"), drop=1),
    ]  # fmt: skip
    return [Text(""), *table(head, rows, width, language=_)]


def _interval(each: Estimate, _: Language) -> str:
    if each.low is None or each.high is None:
        return NONE
    return _("{low} to {high}", low=_value(each, each.low, _), high=_value(each, each.high, _))


def _value(each: Estimate, number: float | None, _: Language) -> str:
    if number is None:
        return NONE
    column = BY_NAME[each.table].column(each.column)
    return f"{percent(number, 1)} %" if column.is_fraction else _.amount(number)


def _scores(calibration: Calibration, width: int, _: Language) -> list[Text]:
    """Each estimate on data held back, against the naive guess."""
    rows = [
        [
            _.tell(score.what), f"{score.loss:.3f}", f"{score.naive_loss:.3f}",
            percent(score.gain, 1),
            _("{held_back}; naive: {naive}", held_back=score.held_back, naive=score.naive),
        ]
        for score in calibration.scores
    ]  # fmt: skip
    columns = [
        Col(_("out of sample"), right=False), Col(_("loss")), Col(_("naive")), Col(_("gain, %")),
        Col(_("measured on"), right=False, wrap=True),
    ]  # fmt: skip
    lines: list[Text] = table(columns, rows, width, language=_)
    measures = list(dict.fromkeys(score.measure for score in calibration.scores))
    said = _(" or ").join(_.tell(measure) for measure in measures)
    lines += sentence(_("Loss: {measures}.", measures=said), width)
    worse = [_.tell(score.what) for score in calibration.scores if score.gain <= 0]
    if worse:
        text = _(
            "No better than the naive guess: {estimates}. The log holds little of it.",
            estimates=_(", ").join(worse),
        )
        lines += sentence(text, width)
    return lines


def _assumed(assumptions: Sequence[Assumption], width: int, _: Language) -> list[Text]:
    """What no log gives, by name, so that nobody takes it for measured."""
    if not assumptions:
        return []
    by_kind: dict[SourceKind, list[str]] = {}
    for row in assumptions:
        value = row.value if isinstance(row.value, str) else _.amount(float(row.value))
        whose = _(", ").join(name for name in (row.segment, row.tier) if name != "*")
        told = _("{column} {value}", column=row.column, value=value)
        if whose:
            told = _("{column} of {whose} {value}", column=row.column, whose=whose, value=value)
        by_kind.setdefault(row.kind, []).append(told)
    lines: list[Text] = [Text("")]
    for kind, names in by_kind.items():
        text = _(
            "Not from the log, {kind}: {numbers}.", kind=_(KINDS[kind]), numbers=_(", ").join(names)
        )
        lines += sentence(text, width)
    return lines
