"""Answers -> what the page says: whole sentences, figures, rows, in the language of the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.app.fields import field_text, knob_label
from slopt.app.finding import Names
from slopt.app.knobs import Knob
from slopt.app.knobs import Unit as Units
from slopt.app.state import Curves, Reply, State
from slopt.case.case import PlanningCase
from slopt.report.language import Language
from slopt.report.numbers import NONE, Unit, level_decimals, percent, signed_points
from slopt.vocabulary import LOSSES, Goal

MARKS_APART = 14.0
"""Percent of a slider that the names of two marks need."""


@dataclass(frozen=True)
class Figure:
    """One of the four figures at the top."""

    kind: str
    name: str
    value: str
    today: str
    saved: str
    band: str = ""


@dataclass(frozen=True)
class SliderMark:
    """Where another plan stands on a slider, in percent of its length."""

    share: float
    name: str


@dataclass(frozen=True)
class MoneyRow:
    """A line of the table of money."""

    kind: str
    name: str
    today: str
    saved: str
    plan: str
    change: str


@dataclass(frozen=True)
class Money:
    """Where the money is."""

    unit: str
    rows: tuple[MoneyRow, ...]


class View:
    """Says what one case's answers are in one language.

    `admissible` (S, K) are the pairs that the case allows, pins of the page apart.
    """

    def __init__(
        self,
        case: PlanningCase,
        language: Language,
        knobs: Sequence[Knob],
        admissible: NDArray[np.bool_],
    ) -> None:
        self.case = case
        self.language = language
        self.knobs = tuple(knobs)
        self.admissible = admissible
        self.words = language.words(case.settings.words)
        self.info = case.settings.case
        self.names = Names(case)
        menu = case.table("tiers").numbers("service_level")
        self.level_decimals = level_decimals(menu[np.isfinite(menu)].tolist())

    def label(self, knob: Knob) -> str:
        """What a knob is called."""
        return knob_label(knob, self.words, self.language)

    def unit(self, reply: Reply) -> Unit:
        """One unit for all totals."""
        plans = [plan for plan in (reply.plan, reply.today, reply.saved) if plan is not None]
        amounts = [plan.total_cost for plan in plans]
        return self.language.totals_unit(amounts)

    def figures(self, reply: Reply, curves: Curves | None = None) -> tuple[Figure, ...]:
        """Booked, expected, total, level, each against today and the saved plan.

        With the bands that `curves` know, between what and what each lies in nine of ten futures.
        """
        _, unit = self.language, self.unit(reply)
        ends = {} if curves is None or reply.plan is None else curves.bands
        money = {name: _between(*map(unit.plain, its)) for name, its in ends.items()}
        lines = (
            ("booked", "service_cost", _("{cost}, booked", cost=self.words.service_cost)),
            ("expected", "lost_sales", _("expected {lost}", lost=self.words.lost_sales)),
            ("total", "total_cost", _("total")),
        )
        found = []
        for kind, name, label in lines:
            value, today, saved = _values(reply, name)
            found.append(
                Figure(
                    kind,
                    _.capital(label),
                    NONE if value is None else unit.money(value),
                    unit.signed(_minus(value, today)),
                    unit.signed(_minus(value, saved)),
                    _("{ends} in 9 of 10", ends=money[name]) if name in money else "",
                )
            )
        value, today, saved = _values(reply, "service_level")
        level = ends.get("service_level")
        band = "" if level is None else _between(*(percent(end, 1) for end in level))
        found.append(
            Figure(
                "level",
                _.capital(self.words.service_level),
                NONE if value is None else f"{percent(value, 1)} %",
                self._points(_minus(value, today)),
                self._points(_minus(value, saved)),
                _("{ends} in 9 of 10", ends=band) if band else "",
            )
        )
        return tuple(found)

    def _points(self, difference: float | None) -> str:
        if difference is None:
            return NONE
        return self.language("{points} points", points=signed_points(difference))

    def money(self, reply: Reply) -> Money:
        """Booked cost, the losses apart, the total: today, saved, this plan."""
        _, unit = self.language, self.unit(reply)
        lines = [("booked", "service_cost", self.words.service_cost)]
        plans = [plan for plan in (reply.plan, reply.today, reply.saved) if plan is not None]
        if all(plan.knows_kinds for plan in plans):
            lines += [("expected", name, getattr(self.words, name)) for name in LOSSES]
            if any(plan.lost_unsplit for plan in plans):
                lines.append(("expected", "lost_unsplit", _("not told apart")))
        else:
            lines.append(("expected", "lost_sales", self.words.lost_sales))
        lines.append(("total", "total_cost", _("total")))
        rows = []
        for kind, name, label in lines:
            value, today, saved = _values(reply, name)
            rows.append(
                MoneyRow(
                    kind,
                    _.capital(label),
                    unit.plain(today),
                    unit.plain(saved),
                    unit.plain(value),
                    unit.signed(_minus(value, today)),
                )
            )
        return Money(_.unit_head(unit, self.info), tuple(rows))

    def notes(
        self, state: State, reply: Reply | None, curves: Curves | None
    ) -> Mapping[str, tuple[str, str]]:
        """By knob: what it was before it was moved, and what a limit that binds is worth."""
        found = {}
        for knob in self.knobs:
            was = ""
            if knob.path in state.amounts:
                was = self.language(
                    "was {value}", value=field_text(knob, knob.value, self.language)
                )
            found[knob.path] = was, self._worth(knob, reply, curves)
        return found

    def slider_marks(self, knob: Knob, reply: Reply | None) -> tuple[SliderMark, ...]:
        """Today and the saved plan on the slider of the budget; one of them where they meet."""
        if knob.path != "limits.budget" or reply is None:
            return ()
        plans = ((self.language("saved"), reply.saved), (self.language("today"), reply.today))
        found: list[SliderMark] = []
        for name, plan in plans:
            if plan is not None and knob.low <= plan.service_cost <= knob.high:
                share = 100 * (plan.service_cost - knob.low) / (knob.high - knob.low)
                if all(abs(share - other.share) > MARKS_APART for other in found):
                    found.append(SliderMark(share, name))
        return tuple(found)

    def _worth(self, knob: Knob, reply: Reply | None, curves: Curves | None) -> str:
        _ = self.language
        if reply is None or reply.plan is None:
            return ""
        if self.case.settings.plan.goal is Goal.MAX_SERVICE:
            return _("binds") if reply.prices.get(knob.name, 0.0) > 0 else ""
        relief = None if curves is None else curves.relief.get(knob.name)
        if relief is not None and math.isfinite(relief[0]):
            step, gain = _.amount(float(relief[0])), _.amount(float(relief[1]))
            if knob.unit is Units.SHARE:
                step = _("{points} points", points=_.amount(100 * float(relief[0])))
            if knob.is_floor:
                return _("binds: {step} less saves {gain}", step=step, gain=gain)
            return _("binds: {step} more saves {gain}", step=step, gain=gain)
        price = reply.prices.get(knob.name, 0.0)
        if relief is None and price > 0:
            if knob.is_floor:
                return _("binds: each point costs about {gain}", gain=_.amount(price / 100))
            return _("binds: each one more saves about {gain}", gain=_.amount(price))
        return ""


def _values(reply: Reply, name: str) -> tuple[float | None, float | None, float | None]:
    """A figure of this plan, of today, of the saved plan."""
    plans = (reply.plan, reply.today, reply.saved)
    one, two, three = (None if plan is None else float(getattr(plan, name)) for plan in plans)
    return one, two, three


def _minus(one: float | None, two: float | None) -> float | None:
    return None if one is None or two is None else one - two


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"
