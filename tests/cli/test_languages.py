"""Commands in Chinese: `--lang`, SLOPT_LANG or the case's own language, and no English left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Slopt

from slopt.case.case import Words
from slopt.case.load import load_case
from slopt.case.schema import SCHEMAS
from slopt.cli.speaking import speak_as
from slopt.shipped import examples, models
from slopt.vocabulary import Lang

BAD = {
    "case.toml": '[case]\nname = "x"\nperiod = "yaer"\nlanguage = "zh"\nbudgett = 3\n'
    "[plan]\ngoal = true\n[limits]\nbudget = [1, 2]\n",
    "segments.csv": "segment,customers,margin,base_churn,current_tier,mintier\n"
    'key,forty,25,0.05,gold,\nkey,"1,400",0.3,0.1,goldd,\nsmall,-9,#DIV/0!,0.35\n',
    "tiers.csv": "tier,rank,service_level\nbasic,1,0.85\ngold,2,0.80\n",
    "rules.csv": "rule,kind,segment,tier,value\nr1,min_in_tier,nobody,gold,1.5\nr2,min_mean,*,,9\n",
    "usgae.csv": "a\n",
    "quality.csv": "",
}
TYPED = re.compile(
    r"slopt [a-z]+( \S*[a-z@]\S*)*|--[\w-]+(=\S+)?|SLOPT_\w+|“[^”]*”|\[\w+\]|https?://\S+"
    r"|\S+\.(?:csv|toml|json|parquet|xlsx|html|mps|py)\b|[A-Z]{3,}=[A-Z]{3,}|\b\w+=\w+"
)
"""What is typed as it stands, and what the user wrote, which is quoted."""
KNOWN = {"CSV", "UTF", "TOML", "slopt", "HiGHS", "true", "false", "Tiny", "key", "value", "DIR"}
WORD = re.compile(r"[A-Za-z][A-Za-z_]+")


def english(text: str, *cases: str) -> set[str]:
    """Words in Latin letters that are neither typed, nor a name of a case, table or column."""
    known = set(KNOWN)
    for schema in SCHEMAS.values():
        known |= {schema.name, *(word for column in schema.columns for word in column.choices)}
        known |= {part for column in schema.columns for part in WORD.findall(column.name)}
    for name in cases:
        case = load_case(examples()[name])
        its = [case.settings.case.name, *case.segments, *case.tiers, *case.resources]
        its += [word for table in case.tables.values() for word in _texts(table)]
        known |= {word for text in its for word in WORD.findall(text)}
    return set(WORD.findall(TYPED.sub(" ", text))) - known


def _texts(table: object) -> Iterator[str]:
    for name in ("name", "group", "rule", "kind"):
        if name in table:  # type: ignore[operator]
            yield from table.texts(name)  # type: ignore[attr-defined]


@pytest.fixture
def bad_case(tmp_path: Path) -> Path:
    """A case with many problems, in Chinese by its own settings."""
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, text in BAD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_problems_of_a_bad_case_are_told_in_its_own_language(slopt: Slopt, bad_case: Path) -> None:
    """`case.language` counts although the case cannot be read; no English is left."""
    ran = slopt("check", bad_case)
    assert ran.code == 3
    assert "“yaer”" in ran.out
    assert "未执行任何操作。" in ran.out
    assert english(ran.out) <= {"goldd", "mintier", "basic", "gold", "small", "budgett", "usgae"}
    solved = slopt("solve", bad_case)
    assert solved.code == 3
    assert "未执行任何操作。" in solved.err


def test_the_language_asked_for_beats_the_environment_which_beats_the_case(
    slopt: Slopt, bad_case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, and English is byte for byte what it is without any of them."""
    (bad_case / "case.toml").write_text(BAD["case.toml"].replace('language = "zh"\n', "\n"))
    english_text = slopt("check", bad_case).out
    assert "Nothing was done." in english_text
    (bad_case / "case.toml").write_text(BAD["case.toml"])
    assert slopt("check", bad_case, "--lang", "en").out == english_text
    monkeypatch.setenv("SLOPT_LANG", "en")
    assert slopt("check", bad_case).out == english_text
    assert "未执行任何操作。" in slopt("check", bad_case, "--lang", "zh").out


def test_a_command_without_a_case_does_not_speak_as_the_case_before(slopt: Slopt) -> None:
    """The language of a case is that of its own command."""
    speak_as(Lang.ZH)
    assert "a row is" in slopt("describe").out


@pytest.mark.parametrize(
    "words",
    [
        ("check", "nosuch"),
        ("check", "tiny", "--annotate"),
        ("describe", "nosuch"),
        ("solve", "tiny", "--set", "limits.budgett=3"),
        ("solve", "tiny", "--set", "limits.budget"),
        ("solve", "tiny", "--set", "segments[gold].customers=3"),
        ("solve", "tiny", "--model", "nosuch"),
        ("solve", "tiny", "--method", "core", "--model", "nosuch.py"),
        ("explain", "tiny", "nosuch"),
        ("explain", "tiny", "--why-not", "key=nosuch"),
        ("explain", "tiny", "--next", "nosuch=3"),
        ("frontier", "tiny", "--along", "nosuch"),
        ("frontier", "tiny", "--target", "nosuch=3"),
        ("frontier", "tiny", "--points", "1"),
        ("sweep", "tiny", "--vary", "nosuch.budget=1,2"),
        ("sweep", "tiny", "--vary", "limits.budget=0.8x:1.2x:1"),
        ("sensitivity", "tiny", "--span", "200%"),
        ("evaluate", "tiny", "--plan", "nosuch.csv"),
        ("compare", "nosuch", "tiny"),
        ("export", "tiny", "program.txt"),
        ("runs", "show", "tiny@nosuch"),
        ("report", "tiny", "--out", "page.txt"),
        ("calibrate", "nosuch"),
        ("alternatives", "tiny", "--within", "much"),
    ],
    ids=" ".join,
)
def test_what_is_called_wrong_is_told_in_chinese(slopt: Slopt, words: tuple[str, ...]) -> None:
    """Usage errors and problems, with the remedy; what is typed stays as it is typed."""
    ran = slopt(*words, "--lang", "zh")
    assert ran.code in (2, 3)
    assert ran.out == ""
    names = {word for text in words for word in WORD.findall(text)}
    assert re.search("[一-鿿]", ran.err)
    shipped = {*examples(), *models()}
    assert english(ran.err, "tiny") - names - shipped <= KNOWN_TO_COMMANDS


KNOWN_TO_COMMANDS = {
    *(
        "mps",
        "lp",
        "enterprise",
        "response",
        "tier_plan",
        "horizon_plan",
        "py",
        "scms_history",
        "none",
        "lost_sales",
    ),
    *("total_cost", "service_level", "LOW", "HIGH", "FROM", "TO", "COUNT", "CASE", "ID"),
    *("SEGMENT", "TIER", "WEIGHTS"),
}


@pytest.mark.parametrize("words", [("describe",), *(("describe", name) for name in SCHEMAS)])
def test_tables_and_columns_are_described_in_chinese(
    slopt: Slopt, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanings, units and what an empty cell stands for."""
    monkeypatch.setattr("slopt.cli.describe.screen_width", lambda: 2000)
    ran = slopt(*words, "--lang", "zh")
    assert ran.code == 0
    said = re.sub(r"（[^）]*）", " ", ran.out)
    allowed = {"id", "use", "Erlang", "RESOURCE", "failures", "tier_plan", "de", "sourcing"}
    allowed |= {"stock"}  # the name of a room where none is given
    allowed |= {"ln", "Sobol"}  # the logarithm, a sequence of points
    allowed |= {word for name in vars(Words()).values() for word in name.split()}
    assert english(said) - allowed <= set()


SCREENS = [
    ("check",),
    ("solve",),
    ("solve", "--set", "limits.budget=1"),
    ("diagnose", "--set", "limits.budget=1"),
    ("evaluate", "--plan", "plan.csv"),
    ("offers",),
    ("explain",),
    ("explain", "--limits"),
    ("explain", "--rules"),
    ("alternatives", "--count", "2"),
    ("frontier", "--points", "3"),
    ("frontier", "--target", "lost_sales=1e9"),
    ("costs",),
    ("compare",),
    ("sweep", "--vary", "limits.budget=0.8x:1.2x:2"),
    ("sensitivity", "--samples", "2"),
    ("export", "program.mps"),
    ("certify",),
]
LARGER = [("check",), ("solve",), ("offers",), ("explain",), ("costs",), ("frontier", "--points=3")]
QUOTED = {"FILE", "Kneedle", "compiled", "yes", "machine", "Linux"}
"""Names of a method, what stands for a file, and what a machine says of itself."""


@pytest.mark.parametrize(
    ("case", "words"),
    [*(("tiny", its) for its in SCREENS), *(("parts_distributor", its) for its in LARGER)],
    ids=lambda its: its if isinstance(its, str) else " ".join(its),
)
def test_screens_are_chinese(
    slopt: Slopt, case: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whole screens with their closing lines: no English but names, codes and what is typed."""
    monkeypatch.chdir(tmp_path)
    if "plan.csv" in words:
        Path("plan.csv").write_text("segment,tier\nkey,premium\nregular,basic\nsmall,basic\n")
    command, *others = words
    ran = slopt(command, case, *others, "--lang", "zh")
    assert ran.code in (0, 4), ran.err
    assert re.search("[一-鿿]", ran.out)
    its = (examples()[case] / "case.toml").read_text(encoding="utf-8")
    assert english(ran.out, case) - {case} - QUOTED - set(WORD.findall(its)) == set()


def test_the_starter_case_is_announced_in_chinese(slopt: Slopt, tmp_path: Path) -> None:
    """What was written and what comes next."""
    ran = slopt("new", tmp_path / "mine", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("已写入")
    assert "下一步：slopt check" in ran.out


def test_json_stays_as_it_is(slopt: Slopt, bad_case: Path) -> None:
    """Fields, codes and messages of documents do not follow the language."""
    ours = slopt("check", bad_case, "--json", "--lang", "zh").json
    assert ours == slopt("check", bad_case, "--json", "--lang", "en").json
    assert {problem["message"] for problem in ours} >= {'"yaer" is not known here.'}
