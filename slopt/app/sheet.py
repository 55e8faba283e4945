"""What stands on the page: its elements, and what is put into them.

Nothing here changes the state; the page tells what it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nicegui import ui

from slopt.app.fields import field_text
from slopt.app.finding import MOST_FOUND
from slopt.app.headline import top_sentences
from slopt.app.knobs import Group, Knob
from slopt.app.moves import moves_of
from slopt.app.pictures import frontier, level_note, levels
from slopt.app.risk_choice import chosen, risk_choices, why_no_bands
from slopt.app.site import Site
from slopt.app.state import BUDGET, Curves, Reply, State
from slopt.report.language import Language
from slopt.report.page.names import middle_cut

HERE = Path(__file__).parent
CHARTS = ("frontier", "levels")
REPORT_NEEDS = ("altair", "vl_convert", "jinja2")


@cache
def _parts() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("parts.html").module


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known at a moment: what was asked, what was answered, what was refused.

    `answers` is the state that the reply belongs to. `names` are those of the plans that one can
    compare with, of which `compared` is chosen. `revision` counts what the browser has asked.
    """

    state: State
    answers: State
    reply: Reply | None
    curves: Curves | None
    names: Mapping[str, str]
    compared: str
    asked_for: frozenset[int]
    refused: Mapping[str, str]
    revision: int

    @property
    def bands_of(self) -> Curves | None:
        """The curves, where their bands are those of the plan that is shown."""
        return self.curves if self.answers == self.state else None

    def value(self, knob: Knob) -> float | None:
        """What a knob is set to; None for a limit that is lifted."""
        amount = self.state.amounts.get(knob.path)
        value = knob.value if amount is None else amount.value
        return None if value is None else float(value)  # type: ignore[arg-type]


class Sheet:
    """The elements of one browser window."""

    def __init__(self, site: Site, names: Mapping[str, str]) -> None:
        self._site, self._view = site, site.view
        self._ = Language(site.lang)
        self._build(names)

    def _build(self, names: Mapping[str, str]) -> None:
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
            list(names.items()),
            list(zip(self._site.case.segments, self._view.names.shown, strict=True)),
            self._site.stamp,
            self._site.trouble,
            all(find_spec(name) for name in REPORT_NEEDS),
            risk_choices(self._site.case, self._),
            chosen(self._site.case, State()),
            why_no_bands(self._site.case, self._),
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
                            self._part("found", "")
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

    def show_answer(self, known: Known) -> None:
        """The plan and what it costs; nothing before the first answer."""
        reply = known.reply
        if reply is None:
            return
        made, view, _ = _parts(), self._view, self._
        shown = moves_of(view, reply, known.answers, known.asked_for)
        for name, text in {
            "summary": made.summary(*top_sentences(view, reply, known.names[known.compared])),
            "figures": made.figures(_, view.figures(reply, known.bands_of)),
            "moves": made.moves(_, shown, self._called()),
            "money": made.money(_, view.money(reply)),
        }.items():
            self._parts[name].set_content(str(text))
        self.show_charts(known)
        self.show_knobs(known)
        self.show_changes(known)

    def show_figures(self, known: Known) -> None:
        """The figures at the top, with their bands where these are known."""
        if known.reply is not None:
            shown = self._view.figures(known.reply, known.bands_of)
            self._parts["figures"].set_content(str(_parts().figures(self._, shown)))

    def show_charts(self, known: Known) -> None:
        """Both curves, with the plan on them."""
        self.show_frontier(known)
        _ = self._
        self._parts["levels"].set_content(
            str(
                _parts().chart(
                    _("Total by level"),
                    level_note(self._view, known.reply, known.curves),
                    Markup(levels(self._view, known.reply, known.curves)),
                    self._without(known),
                )
            )
        )  # fmt: skip

    def show_frontier(self, known: Known) -> None:
        """The frontier with the budget line where the budget is now."""
        _ = self._
        knob = next((knob for knob in self._site.knobs if knob.path == BUDGET), None)
        budget = None if knob is None else known.value(knob)
        at = knob.free if knob is not None and budget is None else budget
        drawn = frontier(self._view, known.reply, known.curves, knob, at)
        note = _("Least {lost} for each budget. Drag the budget line, or move it by arrow keys.",
                 lost=self._view.words.lost_sales)  # fmt: skip
        self._parts["frontier"].set_content(
            str(_parts().chart(_("Frontier"), note, Markup(drawn), self._without(known)))
        )

    def _without(self, known: Known) -> str:
        if known.curves is None:
            return self._("Being worked out.")
        if known.curves.is_weighed:
            return self._("There was not enough time to work it out.")
        return self._("There is no trade-off to show.")

    def show_waiting(self, waits: bool) -> None:
        """Fade the curves while others are worked out."""
        for name in CHARTS:
            if waits:
                self._parts[name].classes("waiting")
            else:
                self._parts[name].classes(remove="waiting")

    def show_changes(self, known: Known) -> None:
        """How much was changed, with what takes it back."""
        n = known.state.changes
        said = self._.count("{n} change from the case.", "{n} changes from the case.", n)
        self._parts["changes"].set_content(str(_parts().changes(self._, n, said if n else "")))

    def show_knobs(self, known: Known) -> None:
        """Sliders and fields as they are set, with what they were and what was refused."""
        notes = self._view.notes(known.state, known.reply, known.curves)
        told = {}
        for knob in self._site.knobs:
            value = known.value(knob)
            bad = known.refused.get(knob.path, "")
            told[knob.path] = {
                "text": field_text(knob, value, self._),
                "at": knob.free if value is None else value,
                "moved": knob.path in known.state.amounts,
                "marks": str(_parts().marks(self._view.slider_marks(knob, known.reply))),
                "note": str(_parts().note(*notes[knob.path], bad)),
                "refused": bad,
                "asked": known.revision,
            }
        ui.run_javascript(f"slopt.knobs({json.dumps(told)})")
        ui.run_javascript(f"slopt.risk({json.dumps(chosen(self._site.case, known.state))})")

    def show_plans(self, known: Known) -> None:
        """The plans that one can compare with."""
        options = "".join(
            str(Markup('<option value="{}">{}</option>').format(*each))
            for each in known.names.items()
        )
        text, key = json.dumps(options), json.dumps(known.compared)
        ui.run_javascript(f"slopt.compare({text}, {key})")

    def show_found(self, asked: str, places: Sequence[int]) -> None:
        """What became of a text that segments were looked for by."""
        _, names, words = self._, self._view.names, self._view.words
        text, near = middle_cut(asked), names.near(asked) if not places else None
        if not asked:
            said = ""
        elif not places:
            said = _("No {segment} is called “{text}”.", segment=words.segment, text=text)
            if near is not None:
                said = _.sentences([said, _('Did you mean "{near}"?', near=middle_cut(near))])
        elif len(places) > MOST_FOUND:
            said = _(
                "{segments} have “{text}” in their name: write more of it.",
                segments=_.counted(len(places), words.segment),
                text=text,
            )
        else:
            shown = _.listed(middle_cut(names.full[place]) for place in places)
            said = _("Shown in the table: {names}.", names=shown)
        self._parts["found"].set_content(str(_parts().found(said)))

    def say(self, text: str, is_bad: bool = False) -> None:
        """A message over everything; "" takes it away."""
        self._parts["message"].set_content(str(_parts().message(text, is_bad)))
