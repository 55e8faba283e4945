"""The report as a workbook: figures, formulas, text that stays text, and the way back."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime

import numpy as np
import openpyxl
import pytest

from slopt.engine.reporting import Dossier, dossier_of
from slopt.engine.solving import solve_case
from slopt.plan.bring import read_plan
from slopt.problem.evaluate import evaluate
from slopt.report.language import Language
from slopt.report.workbook.book import LONGEST_TEXT, clean, money_format
from slopt.report.workbook.build import workbook_bytes
from slopt.vocabulary import Lang

MADE = datetime(2026, 11, 22, 9, 0)
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "客户甲",
    "{=1+1}",
    "https://example.org/",
    "N" * 10_000,
)
TIERS = ("=1+1", "Bronze, 1", "a*", "~gold?", "007")


def dossier(solved) -> Dossier:
    """What is quickly known of an answer: the plan, without curves."""
    assert solved.plan is not None
    return Dossier(plan=solved.plan, made=MADE)


def opened(content: bytes, values: bool = False):
    """The workbook as openpyxl reads it, formulas or their values."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def heading(sheet) -> tuple[int, dict[str, int]]:
    """Row of the heading of the sheet of segments, and columns by title."""
    row = 7
    return row, {str(cell.value): cell.column for cell in sheet[row] if cell.value is not None}


@pytest.fixture(scope="module")
def hostile_case(tmp_path_factory):
    """A case whose names, words and currency try to be formulas, markup or patterns."""
    import csv

    from slopt.case.load import load_case

    folder = tmp_path_factory.mktemp("hostile")
    (folder / "case.toml").write_text(
        '[case]\nname = "=1+1 <b>&\\"case"\ncurrency = "\\"=x"\n[limits]\nbudget = 30000\n'
        '[words]\nsegment = "=segment"\ntier = "<i>tier"\nservice_cost = "+cost"\n'
        'lost_orders = "@lost"\n'
    )

    def write(name: str, rows: list[list[object]]) -> None:
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    def quoted(text: str) -> str:
        return "'" + text if text[0] in "=+-@" else text

    head = ["segment", "name", "customers", "revenue_per_order", "current_tier", "max_tier"]
    write(
        "segments.csv",
        [head]
        + [
            [quoted(name), quoted(name[::-1]), 20 + i, 400, "a*", "" if i % 2 else "~gold?"]
            for i, name in enumerate(HOSTILE)
        ],
    )
    write(
        "tiers.csv",
        [["tier", "service_level", "cost_per_customer", "open_cost"]]
        + [[quoted(tier), 0.8 + 0.04 * k, 20 * k, 100 * k] for k, tier in enumerate(TIERS)],
    )
    write("resources.csv", [["resource", "capacity", "unit_cost", "extra_capacity",
                             "extra_unit_cost"], ["'=hours", 100, 1, 900, 2]])  # fmt: skip
    write("usage.csv", [["resource", "tier", "segment", "per_customer"], ["'=hours", "*", "*", 1]])
    write("response.csv", [["segment", "lost_order_share"], ["*", 1]])
    return load_case(folder)


@pytest.fixture(scope="module")
def hostile(hostile_case):
    """The answer to the hostile case."""
    return solve_case(hostile_case)


def test_no_text_from_outside_becomes_a_formula(hostile):
    """Formulas hold addresses and fixed words alone: no name of the case stands in any."""
    book = opened(workbook_bytes(dossier(hostile), Language()))
    texts = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not any(
                        word in cell.value for word in ("cmd", "SUM(A1)", "1+1", "script")
                    )
                elif isinstance(cell.value, str):
                    texts.add(cell.value)
                assert cell.hyperlink is None
    assert set(HOSTILE) | set(TIERS) | {"=segment", "<i>tier", "+cost"} <= texts


def test_hostile_names_come_back_as_the_same_plan(hostile, tmp_path):
    """The workbook of a case with hostile names is read back to the plan that it was made of."""
    file = tmp_path / "plan.xlsx"
    file.write_bytes(workbook_bytes(dossier(hostile), Language()))
    np.testing.assert_array_equal(read_plan(hostile.case, file), hostile.plan.choice)


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", ["tiny", "parts_distributor", "office_supplies"])
def test_plan_comes_back_in_every_language(solved, name, lang, tmp_path):
    """The sheet of segments is found by its heading, in whichever language it was written."""
    its = solved(name)
    file = tmp_path / "plan.xlsx"
    file.write_bytes(workbook_bytes(dossier(its), Language(lang)))
    np.testing.assert_array_equal(read_plan(its.case, file), its.plan.choice)


def test_values_of_formulas_are_those_of_the_plan(solved):
    """Readers that compute nothing find the totals of the evaluation beside each formula."""
    its = solved("parts_distributor")
    sheet = opened(workbook_bytes(dossier(its), Language()), values=True)["Segments"]
    _row, columns = heading(sheet)
    evaluation, words = its.plan.evaluation, its.case.settings.words
    for title, value in (
        (words.service_cost, evaluation.service_cost),
        (words.lost_orders, evaluation.lost_orders),
        ("total", evaluation.total_cost),
        (words.service_level, evaluation.service_level),
    ):
        assert sheet.cell(5, columns[title]).value == pytest.approx(value, rel=1e-12)


def test_drop_down_of_each_row_offers_what_it_may_have(hostile):
    """The list of a row is the set whose number stands in it, and that set is what is allowed."""
    book = opened(workbook_bytes(dossier(hostile), Language()))
    sheet, lists = book["Segments"], book["lists"]
    row, columns = heading(sheet)
    (check,) = sheet.data_validations.dataValidation
    letter = sheet.cell(row, columns["<i>tier"]).column_letter
    assert str(check.sqref) == f"{letter}{row + 1}:{letter}{row + len(HOSTILE)}"
    problem = hostile.problem
    for s in range(len(problem.segments)):
        column = 3 + int(sheet.cell(row + 1 + s, columns["list"]).value)
        count = int(lists.cell(1, column).value)
        offered = [lists.cell(2 + k, column).value for k in range(count)]
        allowed = [t for t, ok in zip(problem.tiers, problem.admissible[s], strict=True) if ok]
        assert offered == allowed


def test_bridge_adds_up_to_the_total_of_the_plan(solved):
    """The steps lead from today's total to the plan's, and the last ends where the plan begins."""
    its = solved("parts_distributor")
    sheet = opened(workbook_bytes(dossier(its), Language()), values=True)["Money bridge"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    steps = rows[1:-1]
    assert rows[0][4] == pytest.approx(its.plan.current.total_cost)
    assert rows[0][4] + sum(row[2] for row in steps) == pytest.approx(rows[-1][4])
    assert rows[-1][4] == pytest.approx(its.plan.evaluation.total_cost)


def test_case_without_tiers_of_today_has_no_bridge(solved):
    """A first plan has nothing to be compared with: no bridge, no columns of changes."""
    its = solved("tiny")
    case = its.case
    table = case.table("segments")
    blank = type(table.texts("current_tier")).of([""] * len(case.segments))
    case = case.replace(
        tables={**case.tables, "segments": table.with_columns({"current_tier": blank})}
    )
    book = opened(workbook_bytes(dossier(solve_case(case)), Language()))
    assert "Money bridge" not in book.sheetnames
    _row, columns = heading(book["Segments"])
    assert not any(title.startswith("change of") for title in columns)


def test_workbook_has_all_sheets_and_charts(solved):
    """With the curves there are a bridge, a frontier and a total by level, each a native chart."""
    found = dossier_of(solved("parts_distributor").case, MADE)
    assert isinstance(found, Dossier)
    book = opened(workbook_bytes(found, Language()))
    assert book.sheetnames[:2] == ["Decision", "Segments"]
    assert {"Offers", "Resources", "Assumptions", "Run record"} <= set(book.sheetnames)
    for title in ("Decision", "Money bridge", "Frontier", "Total by level"):
        assert len(book[title]._charts) == 1
    for title in ("Segments", "Offers", "Frontier", "Assumptions"):
        assert book[title].auto_filter.ref
        assert book[title].freeze_panes
        assert book[title].print_title_rows


def test_a_chinese_workbook_names_what_it_rests_on_in_chinese(solved):
    """Tables and columns have the headings of Chinese files, and the status is a word."""
    book = opened(workbook_bytes(dossier(solved("tiny")), Language(Lang.ZH)))
    named = [
        str(cell.value)
        for row in book["假设"].iter_rows(min_row=4, max_col=2)
        for cell in row
        if cell.value is not None and "." not in str(cell.value)
    ]
    assert "毛利率" in named
    assert "服务档" in named
    assert [name for name in named if name.isascii() and name != "settings"] == []
    record = dict(book["运行记录"].iter_rows(min_row=4, max_col=2, values_only=True))
    assert record["状态"] == "最优"


def test_an_edited_plan_says_what_is_wrong_with_it(solved, tmp_path):
    """A tier that the case does not know is named with its cell, rows below the totals included."""
    from slopt.errors import InvalidInput

    its = solved("tiny")
    book = opened(workbook_bytes(dossier(its), Language()))
    sheet = book["Segments"]
    row, columns = heading(sheet)
    place = sheet.cell(row + 1, columns[its.case.settings.words.tier])
    place.value = "nowhere"
    book.save(tmp_path / "plan.xlsx")
    with pytest.raises(InvalidInput) as caught:
        read_plan(its.case, tmp_path / "plan.xlsx")
    (problem,) = caught.value.problems
    assert problem.cell == place.coordinate
    assert "nowhere" in problem.message


def test_texts_that_no_cell_can_hold_are_made_to_fit():
    """Control characters and lone surrogates are replaced, texts beyond Excel's limit are cut."""
    assert clean("a\x00b\x1fc\ud800d\ne") == "a\ufffdb\ufffdc\ufffdd\ne"
    assert len(clean("x" * 40_000)) == LONGEST_TEXT


def test_only_a_plain_currency_enters_a_number_format():
    """A currency that could end the quotes of a number format is left out of it."""
    assert '"USD "' in money_format("USD", "#,##0")
    assert "x" not in money_format('"=x', "#,##0")


def recalculated(content: bytes, folder, name: str):
    """The workbook with every formula computed anew by LibreOffice, as values."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    folder.mkdir(exist_ok=True)
    book.save(folder / name)  # without values, so that they must be computed
    home = f"-env:UserInstallation=file://{folder}/office"
    subprocess.run(
        ["soffice", "--headless", home, "--convert-to", "xlsx", "--outdir", str(folder / "out"),
         str(folder / name)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return openpyxl.load_workbook(folder / "out" / name, data_only=True)


@pytest.fixture(scope="module")
def office(request):
    """LibreOffice, by which spreadsheets are computed; in .ci/run it must be there."""
    import os

    if shutil.which("soffice") is None:
        assert os.environ.get("SLOPT_OFFICE") != "required", "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed on this machine: no soffice")


@pytest.mark.usefixtures("office")
def test_a_changed_tier_is_computed_as_evaluate_prices_it(hostile, tmp_path):
    """Other tiers in the sheet give, once computed, the totals that an evaluation gives."""
    problem = hostile.problem
    rng = np.random.default_rng(7)
    choice = np.array([rng.choice(np.flatnonzero(row)) for row in problem.admissible])
    assert (choice != hostile.plan.choice).any()
    book = opened(workbook_bytes(dossier(hostile), Language()))
    sheet = book["Segments"]
    row, columns = heading(sheet)
    for s, k in enumerate(choice):
        sheet.cell(row + 1 + s, columns["<i>tier"]).value = problem.tiers[k]
        sheet.cell(row + 1 + s, columns["<i>tier"]).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    found = recalculated(buffer.getvalue(), tmp_path / "calc", "plan.xlsx")
    its = evaluate(problem, choice)
    sheet = found["Segments"]
    for title, value in (
        ("+cost", its.service_cost),
        ("@lost", its.lost_orders),
        ("total", its.total_cost),
        ("service level", its.service_level),
    ):
        assert sheet.cell(5, columns[title]).value == pytest.approx(value, rel=1e-9)
    marks = [cell.value for row in found["Resources"].iter_rows() for cell in row]
    assert marks.count("broken") == sum(use.breach > 0 for use in its.limits)
    errors = [c.value for s in found for r in s.iter_rows() for c in r if str(c.value)[:2] == "#N"]
    assert not errors
    assert "edited" in found["Decision"]["A3"].value


@pytest.fixture(scope="module")
def joint(tmp_path_factory):
    """The answer to a case of tiers, a level, a stock room and a desk."""
    from joint_case import write_joint_case

    from slopt.case.load import load_case

    return solve_case(load_case(write_joint_case(tmp_path_factory.mktemp("joint"), 350_000)))


def test_totals_of_a_joint_plan_have_levels_rooms_and_desks_in_them(joint):
    """Rooms and desks stand as planned; segments, they and the menu add up to the plan."""
    content = workbook_bytes(dossier(joint), Language())
    book, formulas = opened(content, values=True), opened(content)
    sheet, plan = book["Segments"], joint.plan
    row, columns = heading(sheet)
    cost = columns[joint.case.settings.words.service_cost]
    segments = [sheet.cell(row + 1 + s, cost).value for s in range(len(joint.case.segments))]
    further = book["Stock rooms and desks"]
    place = [cell.value for cell in further[3]].index("service cost") + 1
    fixed = [further.cell(4 + u, place) for u in range(2)]
    assert [further.cell(4 + u, 1).value for u in range(2)] == ["north", "phones"]
    assert sum(segments) + sum(cell.value for cell in fixed) == pytest.approx(
        plan.evaluation.service_cost, rel=1e-12
    )
    assert "Stock rooms and desks" in formulas["Segments"].cell(5, cost).value
    assert not [c for r in formulas["Stock rooms and desks"] for c in r if c.data_type == "f"]


def test_a_level_is_offered_as_planned_and_no_tier_is_a_level(joint):
    """The drop-down of a segment with a level holds nothing else, those of others no level."""
    book = opened(workbook_bytes(dossier(joint), Language()))
    sheet, lists = book["Segments"], book["lists"]
    row, columns = heading(sheet)
    offered = {}
    for s, segment in enumerate(joint.case.segments):
        column = 3 + int(sheet.cell(row + 1 + s, columns["list"]).value)
        count = int(lists.cell(1, column).value)
        offered[segment] = [lists.cell(2 + k, column).value for k in range(count)]
    assert offered["web"] == ["level"]
    assert offered["shops"] == ["basic", "fast"]


@pytest.mark.usefixtures("office")
def test_a_changed_tier_of_a_joint_plan_is_computed_as_its_evaluation(joint, tmp_path):
    """The totals follow the tier; the level, the room and the desk stay as planned."""
    problem, choice = joint.plan.problem, joint.plan.choice.copy()
    other = 1 - int(choice[0])
    choice[0] = other
    book = opened(workbook_bytes(dossier(joint), Language()))
    row, columns = heading(book["Segments"])
    book["Segments"].cell(row + 1, columns["tier"]).value = problem.tiers[other]
    buffer = io.BytesIO()
    book.save(buffer)
    found = recalculated(buffer.getvalue(), tmp_path / "calc", "plan.xlsx")
    its, sheet = evaluate(problem, choice), found["Segments"]
    for title, value in (
        ("service cost", its.service_cost),
        ("lost customers", its.lost_customers),
        ("total", its.total_cost),
        ("service level", its.service_level),
        ("stock_value, units", its.used[0]),
    ):
        assert sheet.cell(5, columns[title]).value == pytest.approx(value, rel=1e-9)
    errors = [c.value for s in found for r in s.iter_rows() for c in r if str(c.value)[:2] == "#N"]
    assert not errors


def test_stocks_and_agents_have_sheets_whose_money_is_that_of_the_plan(joint):
    """The items of the room and the blocks of the desk add up to what both cost."""
    book = opened(workbook_bytes(dossier(joint), Language()), values=True)
    sums = []
    for title in ("Stock", "Agents"):
        sheet = book[title]
        place = [cell.value for cell in sheet[3]].index("service cost") + 1
        sums.append(sum(sheet.cell(row, place).value for row in range(4, sheet.max_row + 1)))
    problem, choice = joint.plan.problem, joint.plan.choice
    expected = [problem.service_cost[row, choice[row]] for row in (3, 4)]
    assert sums == pytest.approx(expected, rel=1e-9)
