"""`slopt report`: of a case, of a run as it was, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import Slopt
from small_cases import small_case

from slopt.report import extra

NAMES = [f"s{place}" for place in range(6)]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in a folder of their own, and keep their runs there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))


def headline(file: Path) -> str:
    """The sentence at the top of a page."""
    found = re.search(r"<h1>(.*?)</h1>", file.read_text(encoding="utf-8"))
    assert found
    return found[1]


def test_a_case_gives_a_page_in_this_folder_with_its_run(slopt: Slopt) -> None:
    """Named after the case, recorded as a solve, which `slopt runs` shows."""
    ran = slopt("report", "tiny")
    assert ran.code == 0
    page = Path("tiny.html").read_text(encoding="utf-8")
    found = re.search(r"· run ([0-9a-f]{6}-1)<", page)
    assert found
    assert slopt("runs", "show", found[1], "--json").json["command"] == "solve"


def test_the_page_of_a_run_has_the_plan_of_the_run(slopt: Slopt, tmp_path: Path) -> None:
    """Also where its case has changed since; the page says that nothing was chosen anew."""
    small_case(tmp_path / "case", NAMES)
    assert slopt("solve", "case", "--out", "out").code == 0
    slopt("report", "case", "--out", "before.html")
    small_case(tmp_path / "case", NAMES, today="A", least=25)
    assert slopt("report", "out", "--out", "after.html").code == 0
    assert headline(Path("after.html")) == headline(Path("before.html"))
    assert "The plan is that of the run as it was" in Path("after.html").read_text()


def test_a_plan_that_was_brought_is_not_called_the_best(slopt: Slopt, tmp_path: Path) -> None:
    """The page of an evaluation says what it is, and which limits the plan breaks."""
    small_case(tmp_path / "case", NAMES, settings="[limits]\nbudget = 100000\n")
    rows = "".join(f"{name},A\n" for name in NAMES)
    Path("plan.csv").write_text(f"segment,tier\n{rows}")
    slopt("evaluate", "case", "--plan", "plan.csv", "--out", "out")
    assert slopt("report", "out", "--out", "page.html").code == 0
    page = Path("page.html").read_text()
    assert "This plan was brought to be priced" in page
    assert "This plan breaks: budget." in page
    assert "Proven" not in page


def test_a_run_whose_figures_were_altered_has_no_page(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A total that is not that of the plan is refused, with exit code 7 and no file."""
    monkeypatch.setenv("SLOPT_STORE", "none")
    small_case(tmp_path / "case", NAMES)
    slopt("solve", "case", "--out", "out")
    result = Path("out/result.json")
    document = json.loads(result.read_text())
    result.write_text(json.dumps(document | {"total_cost": document["total_cost"] - 5000}))
    ran = slopt("report", "out", "--out", "page.html")
    assert ran.code == 7
    assert "do not belong together" in ran.err
    assert not Path("page.html").exists()


def test_without_a_plan_there_is_no_page(slopt: Slopt, tmp_path: Path) -> None:
    """Exit code 4, the conflict, the command that helps; of a case and of its recorded run."""
    small_case(tmp_path / "case", NAMES, settings="[limits]\nbudget = 1\n")
    assert slopt("solve", "case", "--out", "out").code == 4
    for named in ("case", "out"):
        ran = slopt("report", named, "--out", "page.html")
        assert ran.code == 4
        assert "slopt diagnose" in ran.out
        assert not Path("page.html").exists()


def test_the_language_is_the_one_asked_for_else_that_of_the_case(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--lang beats SLOPT_LANG beats case.language; the language is no part of the case's hash."""
    ours = small_case(tmp_path / "case", ["a", "b"])
    theirs = small_case(tmp_path / "zh", ["a", "b"], settings='language = "zh"\n')
    assert ours.hash == theirs.hash
    slopt("report", "zh", "--out", "1.html")
    assert 'lang="zh-Hans"' in Path("1.html").read_text()
    monkeypatch.setenv("SLOPT_LANG", "en")
    slopt("report", "zh", "--out", "2.html")
    assert 'lang="en"' in Path("2.html").read_text()
    slopt("report", "zh", "--out", "3.html", "--lang", "zh")
    assert 'lang="zh-Hans"' in Path("3.html").read_text()


def test_a_study_of_the_case_is_on_its_page(slopt: Slopt, tmp_path: Path) -> None:
    """Tornado, switch points and the shares of the draws, once `slopt sensitivity` was run."""
    case = ("tiny", "--set", "case.name=With a study")
    slopt("sensitivity", *case, "--samples", "8")
    slopt("report", *case, "--out", "page.html")
    page = Path("page.html").read_text()
    assert "What matters most: " in page
    assert "of 8 draws" in page


def test_a_missing_extra_is_one_message(slopt: Slopt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which library is missing and what to install, before anything is solved; exit code 2."""
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "altair" else object())
    ran = slopt("report", "tiny")
    assert ran.code == 2
    said = " ".join(ran.err.split())
    assert said == 'A report page needs altair. Install it: pip install "slopt[report]"'


@pytest.mark.parametrize("words", [("tiny", "--out", "page.pdf"), ("no-such-run@latest",)])
def test_what_is_no_page_or_no_run_is_refused(slopt: Slopt, words: tuple[str, ...]) -> None:
    """A file of another kind, a run that there is not: a message, no traceback, no file."""
    ran = slopt("report", *words)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert not list(Path().glob("*.html")) + list(Path().glob("*.pdf"))
