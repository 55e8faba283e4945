"""The page: what comes from the browser changes the state, what is answered is put in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nicegui import ui

from slopt.app.fields import Wrong, read_field, refused, slid
from slopt.app.finding import MOST_FOUND
from slopt.app.knobs import Knob
from slopt.app.lane import JobFailed, Lane
from slopt.app.risk_choice import with_choice
from slopt.app.saved import plan_of, saved_runs
from slopt.app.sheet import Known, Sheet
from slopt.app.site import Site
from slopt.app.state import Curves, Refusal, Reply, State
from slopt.case.amounts import Amount
from slopt.report.language import Language
from slopt.sayings import in_a_row

CURVES_AFTER_S = 0.25
"""Seconds without a change before the curves are drawn anew: they take longer than a plan."""
MOST_UNDO = 100
OWN = "case"


def show(site: Site) -> None:
    """Build the page for one browser window."""
    Desk(site)


class Desk:
    """One browser window: its state, and its lanes of questions."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._ = Language(site.lang)
        self._view = site.view
        self._state, self._undo = State(), list[State]()
        self._answers = self._state
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
        self._drawing: State | None = None
        self._draws_again = False
        self._sheet = Sheet(site, self._names)
        self._client.on_delete(self._close)
        ui.on("slopt", self._heard)
        self._ask()

    @property
    def _known(self) -> Known:
        return Known(
            self._state, self._answers, self._reply, self._curves, self._names, self._compared,
            self._asked_for, self._refused, self._revision,
        )  # fmt: skip

    def _knob(self, path: object) -> Knob | None:
        return next((knob for knob in self._site.knobs if knob.path == path), None)

    # What comes from the browser is checked as anybody's word: it may be any JSON.

    def _heard(self, event: Any) -> None:
        said = event.args if isinstance(event.args, dict) else {}
        asked = said.get("asked")
        if isinstance(asked, int):
            self._revision = max(self._revision, asked)
        does = {
            "slide": self._slide, "type": self._type, "pin": self._pin, "unpin": self._unpin,
            "compare": self._compare, "risk": self._risk, "show": self._show,
            "undo": self._back, "reset": self._reset,
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
        if isinstance(amount, Wrong):
            self._refused[knob.path] = refused(knob, amount, self._)
            self._sheet.show_knobs(self._known)
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
        asked = str(said.get("name", "")).strip()
        places = self._view.names.meant(asked)
        self._sheet.show_found(asked, places)
        if 0 < len(places) <= MOST_FOUND:
            self._asked_for |= set(places)
            self._sheet.show_answer(self._known)

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
            self._curves = replace(self._curves, relief={}, bands={})
        self._sheet.show_knobs(self._known)
        self._sheet.show_frontier(self._known)
        self._sheet.show_changes(self._known)
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
            self._answers = state
            self._sheet.show_answer(self._known)
            self._sheet.say("")
        else:
            messages = reply.messages if isinstance(reply, Refusal) else reply.args
            self._sheet.say(self._.sentences(messages), is_bad=True)
            return
        ui.run_javascript(f"slopt.fresh({revision})")

    def _ask_curves(self) -> None:
        """Ask for the curves; another budget leaves them as they are, and waits for them."""

        def done(curves: Curves | Refusal | JobFailed) -> None:
            self._drawing = None
            if self._client.is_deleted:
                return
            if isinstance(curves, Curves):
                with self._client:
                    is_now = state == self._state
                    self._curves = curves if is_now else replace(curves, relief={}, bands={})
                    self._sheet.show_waiting(False)
                    self._sheet.show_figures(self._known)
                    self._sheet.show_charts(self._known)
                    self._sheet.show_knobs(self._known)
            if self._draws_again:
                self._ask_curves()

        state = self._state
        self._draws_again = self._drawing == state.without_budget
        if self._draws_again:
            return
        self._drawing = state.without_budget
        if state.without_budget != self._curved:
            self._curved = state.without_budget
            self._sheet.show_waiting(True)
        self._wide.ask("curves", state, done=done)

    def _show_fresh(self) -> None:
        if self._reply is not None:
            ui.run_javascript(f"slopt.fresh({self._revision})")

    async def _list_runs(self) -> None:
        _ = self._
        for run in await asyncio.to_thread(saved_runs, self._site.named):
            name = " ".join(run.tags) or run.id[:8]
            self._names[run.id] = _("run {name} of {date}, total {total}", name=name,
                                    date=run.made, total=_.amount(run.total, 4))  # fmt: skip
        with self._client:
            self._sheet.show_plans(self._known)

    async def _take_run(self, key: str) -> None:
        plan = await asyncio.to_thread(plan_of, self._site.named, key, self._site.case)
        with self._client:
            if plan is None:
                self._sheet.say(self._("That run has no plan for these segments and tiers."), True)
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

    def _risk(self, said: Mapping[str, Any]) -> None:
        state = with_choice(self._site.case, self._state, str(said.get("key")))
        if state is not None:
            self._change(state)

    def _later(self, work: Any) -> None:
        self._work = asyncio.get_running_loop().create_task(work)

    def _save(self, said: Mapping[str, Any]) -> None:
        def done(found: tuple[str | None, tuple[str, ...]] | JobFailed) -> None:
            if self._client.is_deleted:
                return
            with self._client:
                if isinstance(found, JobFailed) or found[0] is None:
                    what = in_a_row(*(found.args if isinstance(found, JobFailed) else found[1]))
                    self._sheet.say(self._("Nothing was saved: {reason}", reason=what), is_bad=True)
                    return
                again = f"slopt runs show {self._site.named}@{found[0]}"
                self._sheet.say(self._("Saved as run {id}. Show it: {command}", id=found[0],
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
                    self._sheet.say(self._.tell(content.args[0]), is_bad=True)
                    return
                self._sheet.say("")
                ui.download.content(content, f"{_file_name(self._site.named)}.{ending}", kind)

        self._sheet.say(self._("Being made."))
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
