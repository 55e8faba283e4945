"""Settings from case.toml (or the settings sheet), environment and command line, in that order.

A later one beats an earlier one. The environment variable of `limits.budget` is
`SLOPT_LIMITS_BUDGET`. On the command line an empty value takes a limit away; an empty variable
counts as none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from slopt.case.case import (
    CaseInfo,
    Horizon,
    Limits,
    PlanChoice,
    Risk,
    Settings,
    SolveOptions,
    Words,
)
from slopt.case.columns import Cell, CellError, Column, Kind, plainly, suggest
from slopt.case.raw import RawSettings
from slopt.case.schema import SETTINGS
from slopt.case.set_words import halves, is_in_table
from slopt.errors import Problem, Severity, UsageError
from slopt.sayings import in_a_row, later, say
from slopt.vocabulary import Goal, Lang, Period, RiskMeasure, Sampling

COLUMNS: dict[str, Column] = {column.name: column for column in SETTINGS.columns}
ENVIRONMENT = {f"SLOPT_{name.replace('.', '_').upper()}": name for name in COLUMNS}
VARIABLE = {name: variable for variable, name in ENVIRONMENT.items()}
SECTION_STARTS = tuple({f"SLOPT_{name.split('.')[0].upper()}_" for name in COLUMNS})


def overrides_from(words: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """`--set a.b=c` words and SLOPT_ variables -> overrides by key; UsageError for unknown ones.

    Words may also be about cells of tables; whether these are there is seen where the case is read.
    """
    found: dict[str, str] = {}
    for name, value in environment.items():
        if name in ENVIRONMENT:
            if value.strip():
                found[ENVIRONMENT[name]] = value
        elif name.startswith(SECTION_STARTS):
            hint = suggest(name, list(ENVIRONMENT), later("Variables are: {known}."))
            raise UsageError(
                in_a_row(
                    say("There is no setting for the environment variable {name}.", name=name), hint
                )
            )
    for word in words:
        key, sign, value = halves(word)
        key = key.strip()
        if not sign:
            raise UsageError(
                say("--set {word}: write --set key=value, such as limits.budget=900000.", word=word)
            )
        if key not in COLUMNS and not is_in_table(key):
            raise UsageError(
                in_a_row(
                    say('--set {word}: there is no setting "{key}".', word=word, key=key),
                    _hint(key),
                )
            )
        found[key] = value
    return found


def load_settings(
    raw: RawSettings | None, overrides: Mapping[str, Any], problems: list[Problem]
) -> Settings:
    """Raw values -> Settings; problems are added, and a bad value counts as absent.

    None for `raw` means that the settings could not be read, which is a problem already.
    """
    given = raw or RawSettings("case.toml")
    values: dict[str, Any] = {}
    for key in given.values:
        if key not in COLUMNS:
            remedy = _hint(key) if given.value_letter else _place(key)
            problems.append(given.problem(key, say('"{key}" is not a setting.', key=key), remedy))
    for key in overrides:
        if key not in COLUMNS:
            problems.append(
                override_of(key).problem(key, say('"{key}" is not a setting.', key=key), _hint(key))
            )
    reported = {problem.column for problem in problems if problem.table == "settings"}
    for key, column in COLUMNS.items():
        source = override_of(key, overrides[key]) if key in overrides else given
        missing = key not in source.values
        if missing and (raw is None or key in reported):
            given.refused.add(key)
            continue
        if missing and column.required:
            problems.append(
                given.problem(key, say("The setting is missing."), _how_to_add(given, key))
            )
            continue
        try:
            value = read_setting(column, source.values.get(key))
        except CellError as error:
            problems.append(source.problem(key, error.message, error.remedy))
            given.refused.add(key)
            continue
        if value is not None:
            is_whole = column.kind is Kind.INTEGER and isinstance(value, float)
            values[key] = int(value) if is_whole else value
    settings = _assemble(values)
    problems.extend(_warnings(settings, given))
    return settings


def read_setting(column: Column, value: Cell) -> float | str | bool | None:
    """One setting; true and false are no texts here, unlike in a table. Raises CellError."""
    if isinstance(value, bool):
        word = str(value).lower()
        raise CellError(
            say('"{text}" is not a number.', text=word)
            if column.is_number
            else say('"{cell}" is not a text.', cell=word),
            say("Write {expected}.", expected=column.expected),
        )
    return column.read(value)


def _how_to_add(given: RawSettings, key: str) -> str:
    if given.value_letter:
        return say("Write {key} under key and its value beside it.", key=key)
    section, end = key.split(".")
    return say('Write {end} = "..." under [{section}].', end=end, section=section)


def override_of(key: str, value: Any = None) -> RawSettings:
    """A setting of the command line or the environment, as a place for its problems."""
    return RawSettings(
        say("--set or {variable}", variable=VARIABLE.get(key, "SLOPT_...")), {key: value}
    )


def _assemble(values: Mapping[str, Any]) -> Settings:
    def section(name: str) -> dict[str, Any]:
        start = name + "."
        return {
            key.removeprefix(start): value for key, value in values.items() if key.startswith(start)
        }

    case, plan = section("case"), section("plan")
    if "period" in case:
        case["period"] = Period(case["period"])
    if "language" in case:
        case["language"] = Lang(case["language"])
    if "goal" in plan:
        plan["goal"] = Goal(plan["goal"])
    return Settings(
        CaseInfo(**case),
        PlanChoice(**plan),
        Limits(**section("limits")),
        Words(**section("words")),
        SolveOptions(**section("solve")),
        Horizon(**section("horizon")),
        risk_of(section("risk")),
    )


def risk_of(values: Mapping[str, Any]) -> Risk:
    """The settings of `[risk]`, their words as what they stand for."""
    made = dict(values)
    for name, make in (("measure", RiskMeasure), ("sampling", Sampling)):
        if made.get(name) is not None:
            made[name] = make(made[name])
    return Risk(**made)


def _same_end(key: str) -> list[str]:
    return [name for name in COLUMNS if name.split(".")[1] == key.split(".")[-1]]


def _place(key: str) -> str:
    """Where a setting of that name belongs, else the nearest one."""
    if same := _same_end(key):
        section, end = same[0].split(".")
        return say('Write "{end}" under [{section}].', end=end, section=section)
    return _hint(key)


def _hint(key: str) -> str:
    if same := _same_end(key):
        return say('Did you mean "{same}"?', same=same[0])
    return suggest(key, list(COLUMNS), later("Settings are: {known}."))


def _warnings(settings: Settings, raw: RawSettings) -> list[Problem]:
    info = settings.case
    if info.period is Period.YEAR:
        yearly = info.discount_rate
    else:
        yearly = math.expm1(min(info.period.per_year * math.log1p(info.discount_rate), 100.0))
    if yearly <= 1:
        return []
    percent = f"{yearly * 100:,.0f} %" if yearly < 1e4 else say("over {most} %", most="1,000,000")
    message = say(
        '"{discount_rate}" a {period} is {percent} a year.',
        discount_rate=plainly(info.discount_rate),
        period=say(info.period.value),
        percent=percent,
    )
    remedy = say("Is it a yearly rate?")
    if info.period is Period.YEAR:
        remedy = say(
            "For {number} % write {fraction}.",
            number=plainly(yearly),
            fraction=plainly(yearly / 100),
        )
    return [raw.problem("case.discount_rate", message, remedy, Severity.WARNING)]
