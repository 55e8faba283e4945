"""The report page: what it says in every kind of case, and that nothing in a name can act."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_cases import small_case

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.engine.reporting import Dossier, dossier_of
from slopt.report.language import Language
from slopt.report.page.interactive import interactive_page
from slopt.report.page.render import page_html
from slopt.shipped import examples
from slopt.vocabulary import Lang

MADE = dt.datetime(2026, 11, 21, 12)
NAMES = [f"s{place}" for place in range(6)]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "{{7*7}}{%raw%}",
    "{0}{n}{segment}",
    "<!--",
    "]]></style>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "\u202elive",
    "&lt;b&gt;",
    "</title><b>",
]


def dossier(case: PlanningCase) -> Dossier:
    """All that a page says of a case that has a plan."""
    found = dossier_of(case, MADE)
    assert isinstance(found, Dossier)
    return found


@cache
def deliveries() -> Dossier:
    """The dossier of the shipped real case."""
    return dossier(load_case(examples()["scms_deliveries"]))


@cache
def page_of_deliveries(lang: Lang) -> str:
    """Its page."""
    return page_html(deliveries(), Language(lang))


class Outline(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.text: list[str] = []
        self.titles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element."""
        self.elements[tag, tuple(sorted(name for name, _ in attrs))] += 1
        self.titles += [value or "" for name, value in attrs if name == "title"]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)

    @property
    def kinds(self) -> set[tuple[str, tuple[str, ...]]]:
        """Elements with their attributes, without how often."""
        return set(self.elements)


def headline(page: str) -> str:
    """The sentence at the top."""
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return found[1].replace("\u00a0", " ")


def test_nothing_that_a_name_brings_in_becomes_markup(tmp_path: Path) -> None:
    """With hostile names the page has the same kinds of elements and attributes as without."""
    plain = small_case(tmp_path / "plain", [f"plain name {k}" for k in range(len(HOSTILE))])
    words = "[words]\nsegment = '<b onclick=alert(1)>seg'\ntier = '\"><script>x</script>'\n"
    hostile = small_case(tmp_path / "hostile", HOSTILE, settings=words, title=HOSTILE[0])
    expected = Outline(page_html(dossier(plain), Language()))
    found = Outline(page_html(dossier(hostile), Language()))
    assert found.kinds <= expected.kinds | {("span", ("title",))}
    text = "".join(found.text)
    for name in HOSTILE:
        shown = name.replace("\u202e", "\ufffd")
        assert shown in text or shown in found.titles, name


def test_a_page_without_script_allows_none_and_no_style_but_its_own() -> None:
    """The policy names one hash for the style sheet; there is no script, style or event in it."""
    page = page_of_deliveries(Lang.EN)
    assert "default-src 'none'; style-src 'sha256-" in page.replace("&#39;", "'")
    assert "unsafe" not in page
    kinds = Outline(page).kinds
    assert not {tag for tag, _ in kinds} & {"script", "iframe", "object", "link", "img", "a"}
    for _, names in kinds:
        assert not [name for name in names if name.startswith("on") or "href" in name]
        assert "style" not in names


def test_the_page_of_a_real_case_is_small() -> None:
    """About 200 kB at most."""
    assert len(page_of_deliveries(Lang.EN).encode()) < 200_000


def test_every_picture_has_words_and_its_numbers_in_a_table() -> None:
    """Figures have an alternative text; each is followed by a table of what it shows."""
    page = page_of_deliveries(Lang.EN)
    figures = re.findall(r'<figure[^>]*aria-label="([^"]+)"', page)
    assert len(figures) == 6
    assert page.count("<summary>") == 6
    assert all(any(sign.isdigit() for sign in text) for text in figures)


def test_tables_have_headings_with_a_scope() -> None:
    """Every th says whether it heads a column or a row."""
    for tag, names in Outline(page_of_deliveries(Lang.EN)).kinds:
        assert tag != "th" or "scope" in names


def test_the_headline_says_the_change_of_the_plan() -> None:
    """Its numbers are those of the plan less today's."""
    plan = deliveries().plan
    assert plan.current is not None
    lost = abs(plan.evaluation.lost_sales - plan.current.lost_sales) / 1e6
    text = headline(page_of_deliveries(Lang.EN))
    assert text.startswith(f"Move {len(plan.moves)} of 43 destinations")
    assert f"fall {lost:.2f} M USD a year" in text


def test_chinese_is_chinese() -> None:
    """No sentence of the page is left in English, amounts are in units of ten thousand."""
    page = page_of_deliveries(Lang.ZH)
    assert headline(page).startswith("调整 43 个 destination 中的 9 个")
    assert "万美元" in page
    assert 'lang="zh-Hans"' in page
    for sentence in ("How sure", "Why this plan", "Data checks", "Run record", "Total"):
        assert sentence not in page


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"names": ["acme"]}, "Give acme B: expected lost sales fall"),
        ({"names": NAMES, "today": ""}, "First plan: 6 segments on 2 tiers"),
        ({"names": NAMES, "settings": "[limits]\nmax_changes = 0\n"}, "no change is allowed"),
        (
            {"names": NAMES, "settings": "[limits]\nbudget = 0\n", "least": 0},
            "Keep today&#39;s tiers: no other plan is better.",
        ),
        ({"names": NAMES, "today": "A", "loses": False}, "service cost falls"),
        (
            {"names": NAMES, "today": "A", "settings": "[limits]\nbudget = 100000\n"},
            "expected lost sales rise",
        ),
    ],
)
def test_every_kind_of_case_has_its_own_headline(
    tmp_path: Path, about: dict[str, object], expected: str
) -> None:
    """One segment, no tiers today, nothing allowed to move, no budget, no loss, a tight budget."""
    found = dossier(small_case(tmp_path, **about))  # type: ignore[arg-type]
    page = page_html(found, Language())
    assert expected in headline(page)
    assert "nan" not in Outline(page).text
    assert headline(page_html(found, Language(Lang.ZH)))


def test_long_names_are_cut_in_their_middle_and_kept_as_a_title(tmp_path: Path) -> None:
    """Of 200 signs the page shows 24; the title attribute has all of them."""
    names = [f"{place} {'very long name ' * 14}{place}"[:200] for place in range(3)]
    outline = Outline(page_html(dossier(small_case(tmp_path, names)), Language()))
    assert set(names) <= {title.strip() for title in outline.titles}
    assert not [text for text in outline.text if len(text.strip()) > 120 and "very long" in text]


def test_losses_that_are_not_told_apart_stand_as_one(tmp_path: Path) -> None:
    """Offers with one figure of lost sales have no rows for its kinds."""
    (tmp_path / "case.toml").write_text("[case]\nname = 'Unsplit'\n", encoding="utf-8")
    (tmp_path / "segments.csv").write_text("segment,customers,current_tier\na,1,x\nb,1,x\n")
    (tmp_path / "tiers.csv").write_text("tier,service_level\nx,0.8\ny,0.9\n")
    (tmp_path / "offers.csv").write_text(
        "segment,tier,service_cost,lost_sales\na,x,1,9\na,y,2,5\nb,x,1,5\nb,y,4,4\n"
    )
    text = " ".join(Outline(page_html(dossier(load_case(tmp_path)), Language())).text)
    assert "lost orders" not in text
    assert "Expected lost sales" in text


def test_the_interactive_page_holds_its_library_and_nothing_else_runs() -> None:
    """Two scripts with their hashes in the policy, data that cannot end its element, no address."""
    page = interactive_page(deliveries(), Language())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].count("script-src &#39;sha256-") == 1
    assert policy[1].count("sha256-") == 2
    assert page.count("<script") == page.count("</script>") == 3
    assert len(page.encode()) < 6_000_000


def browse(
    chromium: str, file: Path, folder: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    """Open a file in a browser of its own, which says on standard error what its console says."""
    quiet = ("quic", "first-run", "background-networking", "component-update", "sync")
    flags = [f"--{'no' if name == 'first-run' else 'disable'}-{name}" for name in quiet]
    own = [f"--user-data-dir={folder}", "--enable-logging=stderr", file.as_uri()]
    return subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", *flags, *words, *own],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def test_a_browser_has_nothing_to_complain_of_and_prints_two_sheets_and_the_rest(
    chromium: str, tmp_path: Path
) -> None:
    """Hostile names raise no dialog and no word in the console; two pages are a sheet each."""
    case = small_case(tmp_path / "case", HOSTILE, title=HOSTILE[0])
    file, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(page_html(dossier(case), Language()), encoding="utf-8")
    ran = browse(chromium, file, tmp_path / "browser", f"--print-to-pdf={pdf}")
    assert "CONSOLE" not in ran.stderr
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) == 3


def test_the_interactive_curves_are_drawn(chromium: str, tmp_path: Path) -> None:
    """Plotly draws both curves under the policy of the page, without a word in the console."""
    file = tmp_path / "page.html"
    file.write_text(interactive_page(deliveries(), Language()), encoding="utf-8")
    ran = browse(chromium, file, tmp_path / "browser", "--dump-dom")
    assert "CONSOLE" not in ran.stderr
    assert ran.stdout.count('class="js-plotly-plot"') == 2


def test_printed_sheets_are_counted_by_the_browser() -> None:
    """A part may take several sheets: its foot names the part, the page box of print the sheet."""
    page = page_of_deliveries(Lang.EN)
    assert all(f"Part {part} of 4" in page for part in (1, 2, 3, 4))
    assert "counter(page)" in page
    assert "Page 3" not in page


def test_numbers_without_a_source_share_a_line(tmp_path: Path) -> None:
    """Where three or more have none, they are named with their values below the others."""
    page = page_html(dossier(small_case(tmp_path, NAMES)), Language())
    assert "no source is given:" in page
    assert '<td class="soft">no source is given</td>' not in page
