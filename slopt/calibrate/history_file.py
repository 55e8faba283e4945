"""history.toml -> History. All problems of the file are found first, then raised at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slopt.calibrate.assumptions import read_assumptions
from slopt.calibrate.entries import Entries
from slopt.calibrate.history import (
    Assumption,
    Change,
    Design,
    Grouping,
    History,
    LateUnit,
    Log,
    Menu,
    Segmentation,
    Undelivered,
    Unseen,
    tells_outcome,
)
from slopt.calibrate.reactions import REACTIONS
from slopt.calibrate.roles import LOGS, NEEDED, RoleKind, role_of
from slopt.calibrate.trial_keys import read_trial
from slopt.case.case import Settings
from slopt.case.columns import suggest
from slopt.case.raw import RawSettings
from slopt.case.settings import load_settings
from slopt.case.toml_file import PLAIN, SECTIONS
from slopt.errors import InvalidInput, Problem, Severity, UsageError
from slopt.sayings import OR, later, listed, say

OWN_SECTIONS = (*LOGS, "segments", "tiers", "assume", "change")

KEYS = ("file", "columns", "date_format", "decimal_comma", "missing", "yes", "no", "keep")
SCORES = ("dissatisfied_at_most", "worst_score", "best_score")
OWN_KEYS = {
    "orders": ("since", "until", "late_in", "grace", "undelivered", *SCORES),
    "customers": ("periods", *SCORES),
    "surveys": SCORES,
    "stock_outs": ("reactions",),
    "trial": ("arms", "phases", "holds_for", "drawn", "case", "alone"),
}
"""Keys that every log takes, and those that only some take."""


def read_history(path: Path) -> History:
    """The history at `path`; raises InvalidInput with every problem of the file.

    Raises UsageError where there is no such file.
    """
    document = _parse(path)
    problems: list[Problem] = []
    top = Entries(path.name, document, problems)
    for name in document:
        if name not in (*OWN_SECTIONS, *SECTIONS):
            hint = suggest(name, [*LOGS, *SECTIONS, *OWN_SECTIONS], later("Sections are: {known}."))
            top.problem(name, say('"{name}" is not a section of a history.', name=name), hint)
    settings = {name: dict(top.section(name).values) for name in SECTIONS if name in document}
    checked = _check_settings(path, settings, problems)
    logs = {name: _log(path, top.section(name), name) for name in LOGS if name in document}
    if not logs.keys() & {"orders", "customers", "trial"}:
        top.problem(
            "orders", say("There is no log."), say("Add a section [orders] or [customers].")
        )
    _check_base(document, logs, top)
    history = History(
        path=path,
        name=str(settings.get("case", {}).get("name", path.parent.name)),
        period=checked.case.period,
        settings=settings,
        logs=logs,
        segmentation=_segmentation(top.section("segments")),
        menu=_menu(top.section("tiers")),
        assumptions=_assumptions(top),
        change=_change(top.section("change")) if "change" in document else None,
        case_settings=checked,
        trial=read_trial(top.section("trial")) if "trial" in document else None,
    )
    _together(history, top)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidInput(problems)
    return history


def _check_base(document: Mapping[str, Any], logs: Mapping[str, Log], top: Entries) -> None:
    """A trial changes a case that there is, or joins the logs of a new one."""
    if top.section("trial").values.get("case") and logs.keys() & {"orders", "customers"}:
        top.problem(
            "trial.case",
            say("A trial changes a case that there is, or joins the logs of a new one; not both."),
            say("Take out case, or the sections of the other logs."),
        )


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(
            say('The history "{path}" cannot be read: {reason}.', path=path, reason=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        problem = Problem(
            say("The file is not UTF-8 text."), say("Save it as UTF-8."), file=path.name
        )
        raise InvalidInput([problem]) from error
    except (ValueError, RecursionError) as error:
        problem = Problem(
            say("This is not valid TOML: {reason}.", reason=str(error).splitlines()[0].rstrip(".")),
            say('Write key = value, texts in "double quotes".'),
            file=path.name,
        )
        raise InvalidInput([problem]) from error


def _check_settings(
    path: Path, settings: Mapping[str, Mapping[str, Any]], problems: list[Problem]
) -> Settings:
    """The sections of case.toml, checked as `slopt check` does."""
    raw = RawSettings(path.name)
    for section, entries in settings.items():
        for key, value in entries.items():
            if isinstance(value, PLAIN):
                raw.values[f"{section}.{key}"] = value
            else:
                message = say('"{key}" is not one value.', key=key)
                problems.append(
                    raw.problem(f"{section}.{key}", message, say("Write {key} = ...", key=key))
                )
    return load_settings(raw, {}, problems)


def _log(path: Path, section: Entries, name: str) -> Log:
    """One log; its data file is looked for beside the history file."""
    file = section.text("file")
    if file is None and "file" not in section.values:
        section.problem(
            "file", say("The file of the log is missing."), say('Write file = "NAME.csv".')
        )
    place = path.parent / (file or "")
    if file and "*" not in file and not place.is_file():
        section.problem(
            "file",
            say('There is no file "{file}".', file=file),
            say("Looked for {place}.", place=place),
            file,
        )
    keep, reactions = section.section("keep"), section.section("reactions")
    log = Log(
        name=name,
        file=place,
        columns=_columns(section, name),
        date_format=section.text("date_format"),
        decimal_comma=section.flag("decimal_comma"),
        missing=section.texts("missing"),
        yes=tuple(word.casefold() for word in section.texts("yes")) or Log.yes,
        no=tuple(word.casefold() for word in section.texts("no")) or Log.no,
        keep={column: keep.texts(column) for column in keep.values},
        since=section.date("since"),
        until=section.date("until"),
        late_in=section.choice("late_in", LateUnit, LateUnit.DAYS),
        grace=section.number("grace", 0.0) or 0.0,
        undelivered=section.choice("undelivered", Undelivered, Undelivered.LEFT_OUT),
        dissatisfied_at_most=section.number("dissatisfied_at_most", None),
        scale=_scale(section),
        periods=section.number("periods", 1.0, above=0.0) or 1.0,
        reactions={word: reactions.texts(word) for word in reactions.values},
    )
    section.done(*KEYS, *OWN_KEYS.get(name, ()))
    if log.grace < 0:
        section.problem(
            "grace",
            say("The grace is below 0: orders that came early would count as late."),
            say("Write 0 or more, or shift the promise in the log."),
            f"{log.grace:g}",
        )
    _check_cut(section, log)
    reactions.done(*REACTIONS)
    if log.has("score") and log.dissatisfied_at_most is None:
        section.problem(
            "dissatisfied_at_most",
            say("There is a score, and no word on which scores mean dissatisfied."),
            say("Write dissatisfied_at_most = 2, or what is right for the scale."),
        )
    return log


def _check_cut(section: Entries, log: Log) -> None:
    """The score up to which customers are dissatisfied lies on the scale, and not at its end."""
    cut = log.dissatisfied_at_most
    if cut is None or log.scale is None or log.scale[0] <= cut < log.scale[1]:
        return
    worst, best = log.scale
    section.problem(
        "dissatisfied_at_most",
        say(
            "The scale runs from {worst} to {best}: with this all, or none, are dissatisfied.",
            worst=f"{worst:g}",
            best=f"{best:g}",
        ),
        say("Write a score from {worst} up to below {best}.", worst=f"{worst:g}", best=f"{best:g}"),
        f"{cut:g}",
    )


def _scale(section: Entries) -> tuple[float, float] | None:
    """The worst and the best score, where they are given; both or none, the best above."""
    worst, best = section.number("worst_score", None), section.number("best_score", None)
    if worst is None and best is None:
        return None
    if worst is None or best is None or worst >= best:
        section.problem(
            "best_score",
            say("worst_score and best_score do not make a scale."),
            say("Write both, the best above the worst: worst_score = 1, best_score = 5."),
        )
        return None
    return worst, best


def _columns(section: Entries, name: str) -> dict[str, tuple[str, ...]]:
    columns = section.section("columns")
    roles = [role.name for role in LOGS[name]]
    mapped = {}
    for role in columns.values:
        if role in roles:
            mapped[role] = columns.texts(role)
            several = role_of(name, role).kind in (RoleKind.TEXT, RoleKind.NUMBER)
            if len(mapped[role]) > 1 and not several:
                columns.problem(role, say("{role} takes one column.", role=role), say("Name one."))
        else:
            hint = suggest(role, roles, later("Roles in {log} are: {known}."), log=name)
            columns.problem(
                role, say('"{role}" is not a role of {name}.', role=role, name=name), hint
            )
    if not mapped and "columns" not in section.values:
        section.problem(
            "columns",
            say("No column is mapped."),
            say(
                "Add [{name}.columns] with role = column; roles are {roles}.",
                name=name,
                roles=listed(roles),
            ),
        )
        return mapped
    for one_of in NEEDED[name]:
        if not any(role in columns.values for role in one_of):
            words = listed(one_of, OR)
            columns.problem(
                one_of[0],
                say("{words} is not mapped.", words=words),
                say("slopt needs it in this log."),
            )
    if {"order", "count"} <= mapped.keys():
        columns.problem(
            "count", say("order and count exclude each other."), say("Take one of them out.")
        )
    if "late" in mapped and {"promised", "delivered"} & mapped.keys():
        columns.problem(
            "late",
            say("Lateness is mapped twice: as late, and by promised and delivered."),
            say(
                "Choose one of the two and take the other out; time can be the day "
                "that was promised."
            ),
        )
    for first, second in (("promised", "delivered"), ("quantity_ordered", "quantity_delivered")):
        if (first in mapped) != (second in mapped) and first != "promised":
            missing = second if first in mapped else first
            columns.problem(
                missing,
                say("{missing} is not mapped.", missing=missing),
                say("{first} needs {second}.", first=first, second=second),
            )
    return mapped


def _segmentation(section: Entries) -> Segmentation:
    by = section.choice("by", Grouping, Grouping.KEY)
    groups = section.number("groups", 3.0, above=1.0)
    section.done("by", "groups")
    if groups is not None and (groups != int(groups) or groups > 10):
        section.problem(
            "groups",
            say('"{groups}" groups.', groups=f"{groups:g}"),
            say("Write a whole number from 2 to 10."),
        )
    return Segmentation(by, int(groups or 3))


def _menu(section: Entries) -> Menu:
    menu = Menu(
        section.texts("order"),
        section.choice("unseen", Unseen, Unseen.OFFERED),
        section.number("seen_at_least", 1.0, above=0.0) or 1.0,
    )
    section.done("order", "unseen", "seen_at_least")
    return menu


def _assumptions(top: Entries) -> tuple[Assumption, ...]:
    return read_assumptions(top.tables("assume")) if "assume" in top.values else ()


def _change(section: Entries) -> Change:
    treated = section.texts("treated")
    design = section.choice(
        "design", Design, Design.CONTROL_GROUP if treated else Design.BEFORE_AFTER
    )
    on = section.date("on")
    if on is None:
        section.problem(
            "on", say("The day of the change is missing."), say("Write on = 2027-01-31.")
        )
    if design is Design.CONTROL_GROUP and not treated:
        section.problem(
            "treated", say("Nobody is treated."), say('Write treated = ["a segment", "another"].')
        )
    section.done("design", "on", "treated")
    return Change(design, on or dt.date(1, 1, 1), treated)


def _together(history: History, top: Entries) -> None:
    """What one section needs of another."""
    orders, by = history.logs.get("orders"), history.segmentation.by
    for name in ("lines", "surveys", "tickets"):
        log = history.logs.get(name)
        if log is None:
            continue
        on_orders = orders is not None and orders.has("order") and log.has("order")
        record = history.logs.get("customers")
        on_customers = log.has("customer") and record is not None and record.has("customer")
        if not (on_orders or (on_customers and name != "lines")):
            message = say("The rows of {name} cannot be matched to any other log.", name=name)
            remedy = (
                say("Map order here and in [orders.columns].")
                if name == "lines"
                else say(
                    "Map order here and in [orders.columns], or customer here and in "
                    "[customers.columns]."
                )
            )
            top.problem(name, message, remedy)
    if by is not Grouping.KEY and not (orders and orders.has("customer")):
        remedy = say("Map customer in [orders.columns], or segments by key.")
        top.problem("segments", say("Segments by {by} need orders with a customer.", by=by), remedy)
    needs_money = orders and not (orders.has("revenue") or history.mapped("revenue", "lines"))
    if by is not Grouping.KEY and needs_money:
        top.problem("segments", say("Segments by {by} need revenue.", by=by), say("Map revenue."))
    if history.change and not (orders and tells_outcome(orders)):
        top.problem(
            "change",
            say("A change of service needs orders that tell how they were served."),
            say("Map failed, late, or promised and delivered in [orders.columns]."),
        )
