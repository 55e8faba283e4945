"""Where everything stands in the workbook, settled before any sheet is written."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from slopt.case.case import Words
from slopt.case.columns import folded
from slopt.case.schema import PLAN
from slopt.engine.reporting import Dossier
from slopt.errors import UsageError
from slopt.plan.parts import has_levels
from slopt.problem.choice import ChoiceProblem
from slopt.report.language import Language
from slopt.report.workbook.book import MOST_ROWS, field_of_texts
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.places import Places
from slopt.report.workbook.titles import titles_of
from slopt.sayings import say
from slopt.vocabulary import LOSSES

TODAY_ROW, MADE_ROW, NOW_ROW = 2, 3, 4
"""Rows of totals above the table of segments: today, the plan as made, the plan as it stands."""


class Layout:
    """The tables of a dossier's workbook. `places` numbers the offers, segment by segment."""

    def __init__(self, dossier: Dossier, _: Language) -> None:
        self.places = Places(dossier.problem, dossier.plan.choice, _)
        if self.places.count + 10 > MOST_ROWS:
            raise UsageError(
                say(
                    "{offers} offers are more than a workbook has rows for. Take the files of "
                    "slopt solve --out instead.",
                    offers=f"{self.places.count:,}",
                )
            )
        self.dossier, self.language = dossier, _
        self.titles = titles_of(_)

    @property
    def problem(self) -> ChoiceProblem:
        """The choice problem of the plan."""
        return self.dossier.problem

    @cached_property
    def words(self) -> Words:
        """What the case calls things, in the language of the workbook."""
        return self.language.words(self.dossier.case.settings.words)

    @cached_property
    def has_today(self) -> bool:
        """True where every segment has a tier today."""
        return self.dossier.plan.current is not None

    @property
    def has_held(self) -> bool:
        """True where something stands as planned, whatever is chosen in the sheets."""
        return self.problem.generated is not None

    @cached_property
    def has_levels(self) -> bool:
        """False where no segment chooses a tier or a level, so that a mean level says nothing."""
        return has_levels(self.problem)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of lost sales that the case knows apart; one column where it knows none."""
        problem = self.problem
        unsplit = bool(problem.lost_unsplit.any())
        known = any(getattr(problem, name).any() for name in LOSSES) or bool(problem.pools)
        return (*(LOSSES if known or not unsplit else ()), *(["lost_unsplit"] if unsplit else []))

    def kind_name(self, kind: str) -> str:
        """What a kind of lost sales is called."""
        return (
            self.language("not told apart") if kind == "lost_unsplit" else getattr(self.words, kind)
        )

    @cached_property
    def segments(self) -> Grid:
        """The plan: a row a segment."""
        _, words, problem = self.language, self.words, self.problem
        ids = problem.segments[: problem.segment_count]
        table = self.dossier.case.table("segments")
        segment, tier = self._plan_heads()
        fields = [field_of_texts("segment", segment, ids)]
        names = table.texts("name")
        if any(name not in ("", its) for name, its in zip(names, ids, strict=True)):
            fields.append(field_of_texts("name", _("name"), names.tolist()))
        if any(table.texts("group")):
            fields.append(field_of_texts("group", _("group"), table.texts("group").tolist()))
        tiers = list(self.places.words)
        free = bool(self.places.is_free.any())
        if np.any(self.places.current >= 0):
            fields.append(field_of_texts("today", _("{tier} today", tier=words.tier), tiers))
        fields += [
            field_of_texts("tier", tier, tiers, "input" if free else "text"),
            Field("check", _("check"), "note", 13),
            field_of_texts("made", _("{tier} as made", tier=words.tier), tiers),
            *([Field("level", words.service_level, "share", 11)] if self.has_levels else []),
            Field("service_cost", words.service_cost, "money", 16),
            *(Field(kind, self.kind_name(kind), "money", 14) for kind in self.kinds),
            Field("lost_sales", _("expected {lost}", lost=words.lost_sales), "money", 16),
            Field("total", _("total"), "money", 16),
        ]
        fields += self._changes()
        fields += self._shared()
        fields += [
            Field(key, key, "plain", 8, is_hidden=True)
            for key in ("weight", "before", "list", "today no", "made no", "tier no", "offer",
                        "today offer")
        ]  # fmt: skip
        return Grid(self.titles.segments, tuple(fields), 6, len(ids))

    def _changes(self) -> list[Field]:
        """Columns of what changes against today, where today is known."""
        _, words = self.language, self.words
        if not self.has_today:
            return []
        return [
            Field("d_cost", _("change of {name}", name=words.service_cost), "signed money", 14),
            Field("d_lost", _("change of {name}", name=words.lost_sales), "signed money", 14),
            Field("d_total", _("change of total"), "signed money", 14),
        ]

    @cached_property
    def deciders(self) -> Grid:
        """Stock rooms and desks: a row each, as planned."""
        _, words, problem = self.language, self.words, self.problem
        names = problem.segments[problem.segment_count :]
        fields = (
            field_of_texts("name", _("name"), list(names)),
            Field("kind", _("kind"), "text", 16),
            Field("what", _("as planned"), "wrap", 44),
            Field("service_cost", words.service_cost, "money", 16),
            *(Field(kind, self.kind_name(kind), "money", 14) for kind in self.kinds),
            Field("lost_sales", _("expected {lost}", lost=words.lost_sales), "money", 16),
            Field("total", _("total"), "money", 16),
            *self._changes(),
            *(its for its in self._shared() if its.key.startswith("use ")),
            Field("moved", "moved", "plain", 8, is_hidden=True),
        )
        return Grid(self.titles.deciders, fields, 2, len(names))

    @cached_property
    def offers(self) -> Grid:
        """A row a pair of segment and tier."""
        _, words, problem = self.language, self.words, self.problem
        fields = [
            field_of_texts("segment", words.segment, problem.segments),
            field_of_texts("tier", words.tier, list(self.places.words)),
            Field("mark", _("chosen"), "text", 24),
            Field("barred", _("not allowed because of"), "text", 18),
            Field("level", words.service_level, "share", 11),
            Field("service_cost", words.service_cost, "money", 16),
            *(Field(kind, self.kind_name(kind), "money", 14) for kind in self.kinds),
            Field("lost_sales", _("expected {lost}", lost=words.lost_sales), "money", 16),
            Field("total", _("total"), "money", 16),
            Field("observed", _("observed"), "count", 11),
            *self._shared(),
            Field("offer", "offer", "plain", 8, is_hidden=True),
            Field("allowed", "allowed", "plain", 8, is_hidden=True),
        ]
        return Grid(self.titles.offers, tuple(fields), 2, self.places.count)

    def _shared(self) -> list[Field]:
        """Columns of what segments share: units of resources, messages to pools of prospects."""
        _, problem = self.language, self.problem
        return [
            *(
                Field(f"use {r}", _("{resource}, units", resource=name), self._unit_style(r), 14)
                for r, name in enumerate(problem.resources)
            ),
            *(
                Field(f"told {p}", _("told in {pool}", pool=pool.name), "units", 14)
                for p, pool in enumerate(problem.pools)
            ),
        ]

    def _unit_style(self, resource: int) -> str:
        """Units with a decimal only where they are small enough for it to count."""
        return "count" if np.abs(self.problem.use[resource]).max(initial=0.0) >= 100 else "units"

    def _plan_heads(self) -> tuple[str, str]:
        """Headings of segment and tier by which the sheet is read back; plain where words clash."""
        _, words = self.language, self.words
        pair = (words.segment, words.tier)
        others = {folded(its) for its in (_("name"), _("group"), _("check"))}
        if folded(pair[0]) == folded(pair[1]) or others & {folded(its) for its in pair}:
            return "segment", "tier"
        if PLAN.find(pair[0]) is PLAN.column("tier") or PLAN.find(pair[1]) is PLAN.column(
            "segment"
        ):
            return "segment", "tier"
        return pair

    @cached_property
    def resources(self) -> Grid:
        """What segments share: a row a resource."""
        _, words, problem = self.language, self.words, self.problem
        fields = [
            field_of_texts("resource", words.resource, list(problem.resources)),
            *([Field("today", _("used today"), "units", 14)] if self.has_today else []),
            Field("used", _("used by the plan"), "units", 14),
            Field("capacity", _("capacity"), "units", 14),
            Field("available", _("extra on offer"), "units", 14),
            Field("extra", _("extra bought"), "units", 14),
            Field("premium", _("cost of an extra unit above a normal one"), "price", 16),
            Field("extra_cost", _("cost of extra units"), "money", 14),
            Field("room", _("room left"), "units", 14),
            Field("kept", _("kept?"), "note", 12),
            Field("price", _("price of one unit more"), "price", 16),
            Field("next", _("next step that pays"), "units", 14),
            Field("gain", _("what it gains"), "money", 14),
        ]
        return Grid(self.titles.resources, tuple(fields), 2, len(problem.resources))

    @cached_property
    def limits(self) -> Grid:
        """The limits of the settings, below the resources, in the same columns."""
        _ = self.language
        count = len(self.own_limits)
        heads = {"resource": _("limit"), "capacity": _("limit")}
        heads |= dict.fromkeys(("available", "extra", "premium", "extra_cost"), "")
        fields = tuple(
            replace(its, head=heads.get(its.key, its.head)) for its in self.resources.fields
        )
        return Grid(self.titles.resources, fields, self._below(self.resources), count)

    @cached_property
    def own_limits(self) -> tuple[str, ...]:
        """Names of the limits that the settings give."""
        names = ("budget", "max_tiers", "max_changes", "min_service_level", "max_lost_sales")
        return tuple(name for name in names if getattr(self.problem, name) is not None)

    @property
    def has_limits(self) -> bool:
        """False where the sheet of resources, limits and the menu would be empty."""
        return any(grid.count for grid in (self.resources, self.limits, self.tiers, self.pools))

    @cached_property
    def tiers(self) -> Grid:
        """The menu, below the limits: how many segments have each tier, and what it costs."""
        _, words = self.language, self.words
        many = self.language.plural(words.segment)
        fields = (
            field_of_texts("tier", words.tier, list(self.problem.tiers[: self.places.menu])),
            *(
                [Field("today", _("{segments} today", segments=many), "count", 14)]
                if self.has_today
                else []
            ),
            Field("count", _("{segments} in the plan", segments=many), "count", 14),
            Field("open", _("cost of having it on the menu"), "money", 14),
            Field("paid", _("of that paid"), "money", 14),
        )
        return Grid(self.titles.resources, fields, self._below(self.limits), self.places.menu)

    @cached_property
    def pools(self) -> Grid:
        """Shared prospects, below the menu."""
        _ = self.language
        fields = (
            field_of_texts("pool", _("shared prospects"), [its.name for its in self.problem.pools]),
            Field("prospects", _("prospects"), "count", 14),
            Field("value", _("value of one"), "money", 14),
            Field("told", _("messages"), "units", 14),
            Field("loss", self.words.lost_prospects, "money", 14),
        )
        return Grid(self.titles.resources, fields, self._below(self.tiers), len(self.problem.pools))

    @staticmethod
    def _below(grid: Grid) -> int:
        """The heading of the next table of a sheet; one that has no rows takes no place."""
        return grid.head + grid.count + 4 if grid.count else grid.head

    def rows_summed(self, key: str, function: str = "SUM({})") -> str:
        """A column added up over segments, stock rooms and desks, by a function of their cells."""
        grids = [self.segments, *([self.deciders] if self.deciders.count else [])]
        return "+".join(function.format(grid.span(key)) for grid in grids)

    def total(self, key: str, row: int = NOW_ROW) -> str:
        """A total of the plan as it stands (or another of the rows of totals), from anywhere."""
        return self.segments.cell(key, row)
