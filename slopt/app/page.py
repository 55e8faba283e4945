"""The page: what comes from the browser changes the state, what is answered is put in its place."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nicegui import ui

from slopt.app.fields import field_text, read_field, refused, slid
from slopt.app.knobs import Group, Knob
from slopt.app.lane import Bench, JobFailed, Lane
from slopt.app.moves import moves_of
from slopt.app.pictures import chart_head, frontier, levels
from slopt.app.saved import plan_of, saved_runs
from slopt.app.state import BUDGET, Curves, Refusal, Reply, State
from slopt.app.view import View
from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.report.language import Language
from slopt.vocabulary import Lang

HERE = Path(__file__).parent
CURVES_AFTER_S = 0.25
"""Seconds without a change before the curves are drawn anew: they take longer than a plan."""
MOST_UNDO = 100
OWN = "case"
PARTS = ("message", "summary", "changes", "figures", "frontier", "levels", "moves", "money")
REPORT_NEEDS = ("altair", "vl_convert", "jinja2")


@dataclass(frozen=True)
class Site:
    """What every page of one `slopt app` shares."""

    case: PlanningCase
    named: str
    lang: Lang
    knobs: tuple[Knob, ...]
    bench: Bench
    view: View


def show(site: Site) -> None:
    """Build the page for one browser window."""
    Desk(site)


@cache
def _parts() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("parts.html").module


class Desk:
    """One browser window: its state, its elements, its two lanes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._ = Language(site.lang)
        self._view = site.view
        self._state, self._undo = State(), list[State]()
        self._asked_for: frozenset[int] = frozenset()
        self._reply: Reply | None = None
        self._curves: Curves | None = None
        self._refused: dict[str, str] = {}
        self._revision = 0
        self._compared, self._names = OWN, {OWN: self._("the plan of the case")}
        self._client = ui.context.client
        self._plans, self._wide = Lane(site.bench), Lane(site.bench)
        self._files = Lane(site.bench)
        self._timer: asyncio.TimerHandle | None = None
        self._curved: State | None = None
        self._build()
        self._client.on_delete(self._close)
        ui.on("slopt", self._heard)
        self._ask()

    def _build(self) -> None:
        css, js = ((HERE / name).read_text(encoding="utf-8") for name in ("app.css", "app.js"))
        ui.add_head_html(
            f"<style>{css}</style><script>document.documentElement.lang="
            f"{json.dumps(self._.tag)};{js}</script>"
        )
        shell = _parts().shell(
            self._,
            self._site.case.settings.case.name or self._site.named,
            [self._slider(k, knob) for k, knob in self._knobs(Group.LIMIT)],
            [self._slider(k, knob) for k, knob in self._knobs(Group.ASSUMPTION)],
            list(self._names.items()),
            list(self._site.case.segments),
            all(find_spec(name) for name in REPORT_NEEDS),
        )
        self._parts: dict[str, ui.html] = {}
        with ui.element("div").classes("frame"):
            ui.html(str(shell), sanitize=False).classes("shell")
            with ui.element("main").classes("results"):
                with ui.element("div").classes("block block-summary"):
                    self._part("message", "")
                    self._part("summary", "live")
                    self._part("changes", "")
                with ui.element("div").classes("block block-figures"):
                    self._part("figures", "live")
                with ui.element("div").classes("columns"):
                    with ui.element("div").classes("column"):
                        self._part("frontier", "card block block-frontier").props("id=frontier")
                        self._part("levels", "card block block-levels")
                    with ui.element("div").classes("column"):
                        with ui.element("div").classes("card block block-moves"):
                            self._part("moves", "live")
                            ui.html(str(_parts().finder(self._, self._called())), sanitize=False)
                        self._part("money", "card block block-money live")

    def _part(self, name: str, classes: str) -> ui.html:
        self._parts[name] = ui.html("", sanitize=False).classes(classes)
        return self._parts[name]

    def _knobs(self, group: Group) -> list[tuple[int, Knob]]:
        return [(k, knob) for k, knob in enumerate(self._site.knobs) if knob.group is group]

    def _slider(self, place: int, knob: Knob) -> Mapping[str, Any]:
        at = knob.free if knob.value is None else knob.value
        return {
            "id": f"knob-{place}",
            "path": knob.path,
            "label": self._view.label(knob),
            "text": field_text(knob, knob.value, self._),
            "low": knob.low, "high": knob.high, "step": knob.step, "at": at,
        }  # fmt: skip

    def _called(self) -> Mapping[str, str]:
        words = self._view.words
        named = {
            "segment": words.segment, "tier": words.tier, "level": words.service_level,
            "cost": words.service_cost, "lost": words.lost_sales,
        }  # fmt: skip
        return named | {key.capitalize(): self._.capital(word) for key, word in named.items()}

    def _knob(self, path: object) -> Knob | None:
        return next((knob for knob in self._site.knobs if knob.path == path), None)

    def _value(self, knob: Knob) -> float | None:
        amount = self._state.amounts.get(knob.path)
        value = knob.value if amount is None else amount.value
        return None if value is None else float(value)  # type: ignore[arg-type]

    # What comes from the browser is checked as anybody's word: it may be any JSON.

    def _heard(self, event: Any) -> None:
        said = event.args if isinstance(event.args, dict) else {}
        asked = said.get("asked")
        if isinstance(asked, int):
            self._revision = max(self._revision, asked)
        does = {
            "slide": self._slide, "type": self._type, "pin": self._pin, "unpin": self._unpin,
            "compare": self._compare, "show": self._show, "undo": self._back, "reset": self._reset,
            "save": self._save, "page": self._page, "workbook": self._workbook,
        }.get(str(said.get("do")))  # fmt: skip
        if does is not None:
            does(said)

    def _slide(self, said: Mapping[str, Any]) -> None:
        knob, at = self._knob(said.get("path")), said.get("at")
        if knob is not None and isinstance(at, int | float):
            self._refused.pop(knob.path, None)
            self._move(knob, slid(knob, float(at)))

    def _type(self, said: Mapping[str, Any]) -> None:
        knob = self._knob(said.get("path"))
        if knob is None:
            return
        amount = read_field(knob, str(said.get("text", "")), (self._("no limit"),))
        if amount is None:
            self._refused[knob.path] = refused(knob, self._)
            self._show_knobs()
            self._show_fresh()
            return
        self._refused.pop(knob.path, None)
        self._move(knob, amount)

    def _move(self, knob: Knob, amount: Amount) -> None:
        same = amount.value == knob.value
        self._change(self._state.with_amount(knob.path, None if same else amount))

    def _pin(self, said: Mapping[str, Any]) -> None:
        segment, tier = said.get("segment"), said.get("tier")
        admissible = self._view.admissible
        if not isinstance(segment, int) or not 0 <= segment < len(admissible):
            return
        if tier is None and self._reply is not None and self._reply.choice is not None:
            tier = int(self._reply.choice[segment])
        if isinstance(tier, int) and 0 <= tier < admissible.shape[1] and admissible[segment, tier]:
            self._change(self._state.with_pin(segment, tier))
        else:
            self._show_fresh()

    def _unpin(self, said: Mapping[str, Any]) -> None:
        segment = said.get("segment")
        if isinstance(segment, int):
            self._change(self._state.with_pin(segment, None))

    def _show(self, said: Mapping[str, Any]) -> None:
        place = self._site.case.segments.place(str(said.get("name", "")))
        if place >= 0:
            self._asked_for |= {place}
            self._show_answer()

    def _back(self, said: Mapping[str, Any]) -> None:
        if self._undo:
            self._go(self._undo.pop())

    def _reset(self, said: Mapping[str, Any]) -> None:
        self._change(State(saved=self._state.saved))

    def _change(self, state: State) -> None:
        if state != self._state:
            self._undo = [*self._undo, self._state][-MOST_UNDO:]
        self._go(state)

    def _go(self, state: State) -> None:
        self._state = replace(state, saved=self._state.saved)
        self._refused = {}
        if self._curves is not None:
            self._curves = replace(self._curves, relief={})
        self._show_knobs()
        self._show_frontier()
        self._show_changes()
        self._ask()

    def _ask(self) -> None:
        revision, state = self._revision, self._state

        def done(reply: Reply | Refusal | JobFailed) -> None:
            if self._client.is_deleted:
                return
            with self._client:
                self._answered(reply, revision, state)

        self._plans.ask("reply", state, done=done)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(CURVES_AFTER_S, self._ask_curves)

    def _answered(self, reply: Reply | Refusal | JobFailed, revision: int, state: State) -> None:
        if isinstance(reply, Reply):
            self._reply = reply
            self._show_answer(state)
            self._say("")
        else:
            messages = reply.messages if isinstance(reply, Refusal) else (str(reply),)
            self._say(self._.sentences(messages), is_bad=True)
            return
        ui.run_javascript(f"slopt.fresh({revision})")

    def _ask_curves(self) -> None:
        def done(curves: Curves | Refusal | JobFailed) -> None:
            if isinstance(curves, Curves) and not self._client.is_deleted:
                with self._client:
                    self._curves = curves if state == self._state else replace(curves, relief={})
                    for name in ("frontier", "levels"):
                        self._parts[name].classes(remove="waiting")
                    self._show_charts()
                    self._show_knobs()

        state = self._state
        if state.without_budget != self._curved:
            self._curved = state.without_budget
            for name in ("frontier", "levels"):
                self._parts[name].classes("waiting")
        self._wide.ask("curves", state, done=done)

    def _show_answer(self, state: State | None = None) -> None:
        reply = self._reply
        if reply is None:
            return
        made, view, _ = _parts(), self._view, self._
        shown = moves_of(view, reply, state or self._state, self._asked_for)
        for name, text in {
            "summary": made.summary(*view.summary(reply, self._names[self._compared])),
            "figures": made.figures(_, view.figures(reply)),
            "moves": made.moves(_, shown, self._called()),
            "money": made.money(_, view.money(reply)),
        }.items():
            self._parts[name].set_content(str(text))
        self._show_charts()
        self._show_knobs()
        self._show_changes()

    def _show_charts(self) -> None:
        self._show_frontier()
        _ = self._
        self._parts["levels"].set_content(
            str(
                _parts().chart(
                    _("Total by level"),
                    _("{unit}, least total at each level, whatever the budget",
                      unit=chart_head(self._view, self._reply, self._curves)),
                    Markup(levels(self._view, self._reply, self._curves)),
                    self._without(),
                )
            )
        )  # fmt: skip

    def _show_frontier(self) -> None:
        _ = self._
        knob = self._knob(BUDGET)
        budget = None if knob is None else self._value(knob)
        at = knob.free if knob is not None and budget is None else budget
        drawn = frontier(self._view, self._reply, self._curves, knob, at)
        note = _("Least {lost} for each budget. Drag the budget line, or move it by arrow keys.",
                 lost=self._view.words.lost_sales)  # fmt: skip
        self._parts["frontier"].set_content(
            str(_parts().chart(_("Frontier"), note, Markup(drawn), self._without()))
        )

    def _without(self) -> str:
        if self._curves is None:
            return self._("Being worked out.")
        return self._("There is no trade-off to show.")

    def _show_changes(self) -> None:
        n = self._state.changes
        said = self._.count("{n} change from the case.", "{n} changes from the case.", n)
        self._parts["changes"].set_content(str(_parts().changes(self._, n, said if n else "")))

    def _show_knobs(self) -> None:
        notes = self._view.notes(self._state, self._reply, self._curves)
        told = {}
        for knob in self._site.knobs:
            value = self._value(knob)
            bad = self._refused.get(knob.path, "")
            told[knob.path] = {
                "text": field_text(knob, value, self._),
                "at": knob.free if value is None else value,
                "moved": knob.path in self._state.amounts,
                "marks": str(_parts().marks(self._view.slider_marks(knob, self._reply))),
                "note": str(_parts().note(*notes[knob.path], bad)),
                "refused": bad,
                "asked": self._revision,
            }
        ui.run_javascript(f"slopt.knobs({json.dumps(told)})")

    def _show_fresh(self) -> None:
        if self._reply is not None:
            ui.run_javascript(f"slopt.fresh({self._revision})")

    def _say(self, text: str, is_bad: bool = False) -> None:
        self._parts["message"].set_content(str(_parts().message(text, is_bad)))

    async def _list_runs(self) -> None:
        _ = self._
        for run in await asyncio.to_thread(saved_runs, self._site.named):
            name = " ".join(run.tags) or run.id[:8]
            self._names[run.id] = _("run {name} of {date}, total {total}", name=name,
                                    date=run.made, total=_.amount(run.total, 4))  # fmt: skip
        with self._client:
            options = "".join(
                str(Markup('<option value="{}">{}</option>').format(*each))
                for each in self._names.items()
            )
            text, key = json.dumps(options), json.dumps(self._compared)
            ui.run_javascript(f"slopt.compare({text}, {key})")

    async def _take_run(self, key: str) -> None:
        plan = await asyncio.to_thread(plan_of, self._site.named, key, self._site.case)
        with self._client:
            if plan is None:
                self._say(self._("That run has no plan for these segments and tiers."), True)
                await self._list_runs()
                self._show_fresh()
                return
            self._compared = key
            self._state = replace(self._state, saved=plan)
            self._ask()

    def _compare(self, said: Mapping[str, Any]) -> None:
        key = str(said.get("key"))
        if key == OWN:
            self._compared = OWN
            self._state = replace(self._state, saved=None)
            self._ask()
        elif key in self._names:
            self._later(self._take_run(key))

    def _later(self, work: Any) -> None:
        self._work = asyncio.get_running_loop().create_task(work)

    def _save(self, said: Mapping[str, Any]) -> None:
        def done(found: tuple[str | None, tuple[str, ...]] | JobFailed) -> None:
            if self._client.is_deleted:
                return
            with self._client:
                if isinstance(found, JobFailed) or found[0] is None:
                    what = str(found) if isinstance(found, JobFailed) else " ".join(found[1])
                    self._say(self._("Nothing was saved: {reason}", reason=what), is_bad=True)
                    return
                again = f"slopt runs show {self._site.named}@{found[0]}"
                self._say(self._("Saved as run {id}. Show it: {command}", id=found[0],
                                 command=again))  # fmt: skip
                self._later(self._list_runs())

        self._files.ask("save", self._state, done=done)

    def _page(self, said: Mapping[str, Any]) -> None:
        self._download("page", "html", "text/html")

    def _workbook(self, said: Mapping[str, Any]) -> None:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self._download("workbook", "xlsx", kind)

    def _download(self, job: str, ending: str, kind: str) -> None:
        def done(content: bytes | JobFailed) -> None:
            if self._client.is_deleted:
                return
            with self._client:
                if isinstance(content, JobFailed):
                    self._say(str(content), is_bad=True)
                    return
                self._say("")
                ui.download.content(content, f"{_file_name(self._site.named)}.{ending}", kind)

        self._say(self._("Being made."))
        self._files.ask(job, self._state, self._site.lang, done=done)

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for lane in (self._plans, self._wide, self._files):
            lane.close()


def _file_name(named: str) -> str:
    """What a download is called: the name of the case, in signs that every system takes."""
    stem = Path(named).stem
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in stem) or "plan"
