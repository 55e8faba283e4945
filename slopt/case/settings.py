"""Settings from case.toml (or the settings sheet), environment and command line, in that order.

A later one beats an earlier one. The environment variable of `limits.budget` is
`SLOPT_LIMITS_BUDGET`; an empty value takes a limit away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slopt.case.case import CaseInfo, Limits, PlanChoice, Settings, SolveOptions, Words
from slopt.case.columns import CellError, Column, suggest
from slopt.case.raw import RawSettings
from slopt.case.schema import SETTINGS
from slopt.errors import Problem, Severity, UsageError
from slopt.vocabulary import Goal, Period

COLUMNS: dict[str, Column] = {column.name: column for column in SETTINGS.columns}
ENVIRONMENT = {f"SLOPT_{name.replace('.', '_').upper()}": name for name in COLUMNS}
WHOLE = {"limits.max_tiers", "limits.max_changes", "solve.seed"}


def overrides_from(words: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """`--set a.b=c` words and SLOPT_ variables -> overrides by key; UsageError for unknown ones."""
    found: dict[str, str] = {}
    for name, value in environment.items():
        if name in ENVIRONMENT:
            found[ENVIRONMENT[name]] = value
    for word in words:
        key, sign, value = word.partition("=")
        key = key.strip()
        if not sign:
            raise UsageError(f"--set {word}: write --set key=value, such as limits.budget=900000.")
        if key not in COLUMNS:
            hint = suggest(key, list(COLUMNS), "Settings are")
            raise UsageError(f'--set {word}: there is no setting "{key}". {hint}')
        found[key] = value
    return found


def load_settings(
    raw: RawSettings | None, overrides: Mapping[str, Any], problems: list[Problem]
) -> Settings:
    """Raw values -> Settings; problems are added, and a bad value counts as absent."""
    raw = raw or RawSettings("case.toml")
    values: dict[str, Any] = {}
    for key in raw.values:
        if key not in COLUMNS:
            problems.append(raw.problem(key, "is not a setting.", _nearest_setting(key)))
    for key, column in COLUMNS.items():
        source = RawSettings("--set", {key: overrides[key]}) if key in overrides else raw
        if key == "case.name" and key not in source.values and not raw.values:
            continue
        try:
            value = column.read(source.values.get(key))
        except CellError as error:
            problems.append(source.problem(key, error.message, error.remedy))
            continue
        if value is not None:
            values[key] = int(value) if key in WHOLE else value
    settings = _assemble(values)
    problems.extend(_warnings(settings, raw))
    return settings


def _assemble(values: Mapping[str, Any]) -> Settings:
    def section(name: str) -> dict[str, Any]:
        start = name + "."
        return {
            key.removeprefix(start): value for key, value in values.items() if key.startswith(start)
        }

    case, plan = section("case"), section("plan")
    if "period" in case:
        case["period"] = Period(case["period"])
    if "goal" in plan:
        plan["goal"] = Goal(plan["goal"])
    return Settings(
        CaseInfo(**case),
        PlanChoice(**plan),
        Limits(**section("limits")),
        Words(**section("words")),
        SolveOptions(**section("solve")),
    )


def _nearest_setting(key: str) -> str:
    by_end = [name for name in COLUMNS if name.split(".")[1] == key.split(".")[-1]]
    if by_end:
        section, end = by_end[0].split(".")
        return f'Write "{end}" under [{section}].'
    return suggest(key, list(COLUMNS), "Settings are")


def _warnings(settings: Settings, raw: RawSettings) -> list[Problem]:
    info = settings.case
    yearly = (1 + info.discount_rate) ** info.period.per_year - 1
    if yearly <= 1:
        return []
    return [
        raw.problem(
            "case.discount_rate",
            f"{info.discount_rate:g} a {info.period} is {yearly:.0%} a year.".replace("%", " %"),
            "Is it a yearly rate?",
            severity=Severity.WARNING,
        )
    ]
