"""The notebook interface: cases, answers as tables, HTML that is safe to show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import make_case

import slopt
from slopt.api.html import MOST_ROWS, page
from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, UsageError
from slopt.plan.files import json_text
from slopt.plan.rows import plan_rows
from slopt.shipped import examples

HOSTILE = '<script>alert("x")</script>&amp;<img src=x onerror=alert(1)>'
ALLOWED = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}


class Seen(HTMLParser):
    """The tags, attributes and text of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.open = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        """A tag, open until its end comes."""
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag):
        """It ends what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Text as a browser shows it."""
        self.text.append(data)


def assert_safe(html):
    """Nothing but the tags of a table, no handlers; returns what is shown."""
    seen = Seen(html)
    assert set(seen.tags) <= ALLOWED
    assert set(seen.attributes) <= {"style", "scope"}
    return "".join(seen.text)


@pytest.fixture(scope="module")
def tiny():
    """The example that is solved by hand."""
    return slopt.load("tiny")


def every_answer(case):
    """An answer of each kind."""
    yield case.solve()
    yield case.explain()
    yield case.explain(case.segments[0])
    yield case.compare()
    yield case.compare(case.set("limits.budget", "1.1x"))
    yield case.frontier(points=3)
    yield case.sweep({"limits.budget": "0.9x:1.1x:2"})
    yield case.sensitivity("limits.budget=0.9x:1.1x")
    yield case.set("limits.budget", 1).diagnose()
    yield case.set("limits.budget", 1).solve()
    yield case.costs()


def test_every_answer_shows_itself_in_each_way(tiny, tmp_path):
    """As a frame, a document, a screen, safe HTML, and files that the command would write."""
    for number, answer in enumerate(every_answer(tiny)):
        rows = answer.rows()
        frame = answer.frame()
        assert isinstance(frame, pd.DataFrame)
        assert len(frame) == len(rows)
        json.loads(json_text(answer.document()))
        assert str(answer).strip()
        assert "Tiny" in repr(answer)
        assert "\n" not in repr(answer)
        assert "Tiny" in assert_safe(answer._repr_html_())
        folder = tmp_path / str(number)
        answer.write(folder)
        assert {path.name for path in folder.iterdir()} == set(answer.files())


def test_names_are_text_whatever_they_are_made_of():
    """Markup in the name of the case, of segments and of tiers is shown, never interpreted."""
    bad = f"{HOSTILE} s"
    tables = {
        "segments": [{"segment": bad, "customers": 9, "current_tier": HOSTILE}],
        "tiers": [
            {"tier": HOSTILE, "service_level": 0.5, "cost_per_order": 1},
            {"tier": "t", "service_level": 0.9, "cost_per_order": 2},
        ],
        "offers": [
            {"segment": bad, "tier": HOSTILE, "lost_sales": 100},
            {"segment": bad, "tier": "t", "lost_sales": 1},
        ],
    }
    values = {"case.name": HOSTILE, "limits.budget": "1000", "words.segment": HOSTILE}
    case = slopt.Case(make_case(tables, values))
    assert HOSTILE in assert_safe(case._repr_html_())
    for answer in every_answer(case):
        assert HOSTILE in assert_safe(answer._repr_html_())


@given(st.text(), st.lists(st.text()), st.lists(st.text(), min_size=1))
def test_any_text_comes_out_as_it_went_in(title, sentences, cells):
    """Titles, sentences, headings and cells are escaped."""
    shown = assert_safe(page(title, sentences, [dict.fromkeys(cells, cells[0])]))
    plain = re.sub(r"\r\n?", "\n", shown)
    for text in (title, *sentences, *cells):
        assert re.sub(r"\r\n?", "\n", text) in plain


def test_long_tables_are_cut_and_say_so():
    """A notebook gets the first rows, and how many more there are."""
    rows = [{"n": n} for n in range(MOST_ROWS + 7)]
    shown = assert_safe(page("", [], rows))
    assert "7 more rows" in shown
    assert page("", [], rows[:MOST_ROWS]).count("<tr>") == MOST_ROWS + 1


def test_the_plan_is_that_of_the_library(tiny):
    """The same figures as solve_case, by the same names."""
    plan = solve_case(load_case(examples()["tiny"])).plan
    answer = tiny.solve()
    assert answer.rows() == plan_rows(plan.problem, plan.choice)
    assert answer.total_cost == pytest.approx(plan.evaluation.total_cost)
    assert answer.service_level == pytest.approx(plan.evaluation.service_level)
    assert answer.certified_gap == plan.certificate.gap
    assert answer.gap == 0
    assert [answer.tier(s) for s in tiny.segments] == plan.tiers


def test_set_gives_another_case(tiny):
    """The first stays as it is; None takes a limit away; several values go in at once."""
    richer = tiny.set("limits.budget", 13_000)
    assert tiny.case.settings.limits.budget == 11_500
    assert richer.case.settings.limits.budget == 13_000
    assert tiny.set("limits.budget", None).case.settings.limits.budget is None
    both = tiny.set({"limits.budget": "2x", "segments[key].customers": 50})
    assert both.case.settings.limits.budget == 23_000
    assert both.table("segments")["customers"].tolist() == [50, 300, 200]


def test_what_makes_no_sense_is_refused_in_words(tiny):
    """Paths, values, tables, segments, methods and cases that do not exist name the nearest."""
    with pytest.raises(UsageError, match=r"limits\.budget"):
        tiny.set("limits.budgte", 1)
    with pytest.raises(UsageError, match="None takes a limit away"):
        tiny.set("limits.budget")
    with pytest.raises(InvalidInput):
        tiny.set("tiers[basic].service_level", 7)
    with pytest.raises(UsageError, match='Did you mean "tiers"'):
        tiny.table("teirs")
    with pytest.raises(UsageError, match='Did you mean "key"'):
        tiny.solve().tier("kye")
    with pytest.raises(UsageError, match="Methods are auto, highs"):
        tiny.solve("hihgs")
    with pytest.raises(UsageError, match='Did you mean "tiny"'):
        slopt.load("tinny")
    with pytest.raises(UsageError, match="budget"):
        tiny.compare(tiny.set("limits.budget", 1))
    with pytest.raises(UsageError, match="no plan"):
        tiny.set("limits.budget", 1).solve().tier("key")
    with pytest.raises(UsageError, match="diagnose"):
        tiny.set("limits.budget", 1).costs(best=True)


def test_offers_and_tables_are_frames(tiny):
    """What goes in, before anything is solved."""
    offers = tiny.offers()
    assert len(offers) == 9
    assert offers.query("segment == 'key' and tier == 'basic'")["service_cost"].item() == 1_000
    assert tiny.table("tiers")["tier"].tolist() == ["basic", "standard", "premium"]


def test_settings_can_be_given_when_loading():
    """As --set does, None included."""
    assert slopt.load("tiny", {"limits.budget": 13_000}).solve().total_cost == 34_375
    assert slopt.load("tiny", {"limits.budget": None}).case.settings.limits.budget is None


def test_the_bridge_of_a_comparison_is_a_frame_that_adds_up(tiny):
    """Its amounts are the difference of the two totals."""
    found = tiny.compare(tiny.set("tiers.cost_per_order", "1.3x"))
    totals = found.comparison.bridge
    assert found.bridge()["amount"].sum() == totals.end.total_cost - totals.start.total_cost


def test_importing_slopt_loads_nothing():
    """`import slopt` costs nothing; the names come when they are used."""
    code = "import sys, slopt; print(*[m for m in sys.modules if m.startswith('slopt.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    assert dir(slopt) == ["Case", "__version__", "load"]
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = slopt.lode
