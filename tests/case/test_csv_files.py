"""CSV files as programs write them: separators, encodings, quotes, headings, rows."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case

SEGMENTS = "segment;customers;margin\nA;10;0.5\nB;20;0.25\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(folder, separator, end):
    """Comma, semicolon and tab, with any line ends, give the same table."""
    text = SEGMENTS.replace(";", separator).replace("\n", end)
    table = load_case(folder({"segments.csv": text})).table("segments")
    assert table.texts("segment") == ["A", "B"]
    assert table.numbers("margin").tolist() == [0.5, 0.25]
    assert table.rows == [2, 3]


def test_the_header_decides_the_separator(only):
    """Decimal commas in a semicolon file are found cell by cell, not taken for separators."""
    problem = only({"segments.csv": "segment;customers;margin\nA,B,C;10;0,5\n"})
    assert (problem.row, problem.column, problem.value) == (2, "margin", "0,5")
    assert problem.remedy == "Write 0.5."


def test_ids_keep_every_sign(folder):
    """001, NA, nan and 1e5 are ids as they stand."""
    case = load_case(folder({"segments.csv": "segment,customers\n001,1\nNA,1\nnan,1\n1e5,1\n"}))
    assert case.segments == ["001", "NA", "nan", "1e5"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "heading",
    [
        "客户群,客户数,毛利率,备注",
        "客戶群,客戶數,邊際貢獻率,備註",
        "Segment, CUSTOMERS ,Margin,note",
    ],
)
def test_encodings_and_headings_are_found(folder, encoding, heading):
    """UTF-8 with and without mark, and GB18030; Chinese headings, any case, spaces around them."""
    text = f"{heading}\n华东,10,0.5,一\n华南,20,0.25,\n"
    table = load_case(folder({"segments.csv": text.encode(encoding)})).table("segments")
    assert table.texts("segment") == ["华东", "华南"]
    assert table.numbers("margin").tolist() == [0.5, 0.25]


def test_chinese_file_names_are_tables(folder):
    """客户群.csv is segments, 服务等级.csv is tiers."""
    case = load_case(
        folder(
            {
                "segments.csv": None,
                "tiers.csv": None,
                "客户群.csv": "客户群,客户数\n华东,10\n",
                "服务等级.csv": "服务等级,服务水平\n标准,0.9\n",
                "方案.csv": "客户群,服务等级,服务成本\n华东,标准,100\n",
            }
        )
    )
    assert case.segments == ["华东"]
    assert case.table("offers").numbers("service_cost").tolist() == [100.0]


def test_problems_speak_of_the_heading_in_the_file(only):
    """The column of a problem is the heading as the user wrote it."""
    problem = only({"segments.csv": "客户群,客户数, 毛利率\n华东,10,97\n"})
    assert (problem.file, problem.row, problem.column) == ("segments.csv", 2, "毛利率")
    assert str(problem) == 'segments.csv row 2 毛利率: "97" is above 1. For 97 % write 0.97.'


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused(only, encoding):
    """UTF-16, as some spreadsheets save Unicode text, is told apart and refused."""
    problem = only({"segments.csv": SEGMENTS.encode(encoding)})
    assert problem.table == "segments"
    assert problem.remedy == 'Save it as "CSV UTF-8".'


def test_western_code_pages_are_noticed(check):
    """Bytes that are neither UTF-8 nor GB18030 are refused; a likely mix-up is a warning."""
    bad = check({"segments.csv": "segment,customers\nCaf\xe9,1\n".encode("latin-1")})
    assert [p.message for p in bad] == ["The file is neither UTF-8 nor GB18030."]
    odd = check({"segments.csv": "segment,customers\nOrl\xe9ans,1\n".encode("latin-1")})
    assert [(p.severity, p.message) for p in odd] == [
        ("warning", 'The file is not UTF-8; read as GB18030 it says "Orl閍ns".')
    ]


def test_nul_bytes_are_refused(only):
    """A binary file under the name of a table is no text."""
    problem = only({"segments.csv": SEGMENTS.encode() + b"\0" * 9})
    assert problem.message == "The file holds NUL bytes: it is no text."


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "  \n"])
def test_empty_files_are_said_to_be_empty(only, text):
    """An empty file is one problem, not one for every missing column."""
    problem = only({"segments.csv": text})
    assert str(problem) == (
        "segments.csv: The file is empty. Write a header and a row for each entry."
    )


def test_header_only_is_no_required_table(only):
    """A required table needs a row; an optional one may have none."""
    problem = only({"segments.csv": "segment,customers\n", "response.csv": "segment\n"})
    assert str(problem) == (
        "segments.csv: The table has no rows. Add a row for a customer segment, or a single "
        "account."
    )


def test_a_blank_first_row_is_no_header(only):
    """Names of columns belong into row 1."""
    problem = only({"segments.csv": "\n\nsegment,customers\nA,1\n"})
    assert (problem.row, problem.message) == (
        1,
        "The first row is empty; the column names belong there.",
    )


def test_open_quotes_name_the_row(only):
    """A quote that is never closed is found where it opens."""
    problem = only({"segments.csv": 'segment,customers\nA,1\n"B,2\nC,3\n'})
    assert problem.row == 3
    assert problem.message == "This row cannot be read as CSV: unexpected end of data."
    assert problem.remedy == "Close every double quote, and save as CSV UTF-8."


def test_quoted_cells_may_hold_separators(folder):
    """Commas and quotes inside double quotes belong to the text."""
    case = load_case(folder({"segments.csv": 'segment,customers,name\nA,1,"Smith, ""Jo"" & Co"\n'}))
    assert case.table("segments").texts("name") == ['Smith, "Jo" & Co']


def test_rows_count_as_in_a_spreadsheet(check):
    """Blank rows are passed over but counted, and quoted line breaks do not count."""
    text = 'segment,customers,note\nA,1,\n\n,,\n"B","2","two\nlines"\nC,x,\n'
    problems = check({"segments.csv": text})
    assert [(p.row, p.column) for p in problems] == [(6, "customers"), (5, "note")]


def test_ragged_rows_are_named_and_cause_no_further_problems(check):
    """Too long and too short rows are problems once; what refers to them is not called unknown."""
    problems = check(
        {
            "segments.csv": "segment,customers,name\nA,1,Smith, Jo\nB\nC,3,\n",
            "response.csv": "segment,leave_probability\nA,0.1\nB,0.1\nD,0.1\n",
        }
    )
    assert [str(p) for p in problems] == [
        "segments.csv row 2: This row has 4 cells, the header 3. Remove the extra cells; put text "
        "that holds the separator in double quotes.",
        "segments.csv row 3: This row has 1 cell, the header 3. Write every separator of the row, "
        "also before empty cells.",
        'response.csv row 4 segment: "D" is not in segments. Known in segments: C.',
    ]


def test_empty_columns_at_the_end_are_passed_over(folder):
    """Spreadsheets save separators of columns that were once used."""
    case = load_case(folder({"segments.csv": "segment,customers,,\nA,1,,\nB,2,,,\n"}))
    assert case.segments == ["A", "B"]


def test_columns_without_heading_must_be_empty(only):
    """Values under no heading are a problem, an empty column is none."""
    problem = only({"segments.csv": "segment,,customers\nA,,1\nB,x,2\n"})
    assert str(problem) == (
        "segments.csv row 1: Column B has values but no name. Name it in row 1, or clear it."
    )


def test_unknown_headings_name_the_nearest_column(check):
    """The nearest known heading is offered, in any language, else the columns are listed."""
    problems = check({"segments.csv": "segment,custmers,毛利率率,xyz\nA,1,1,1\n"})
    assert [(p.column, p.message, p.remedy) for p in problems] == [
        ("custmers", '"custmers" is not a column of segments.', 'Did you mean "customers"?'),
        ("毛利率率", '"毛利率率" is not a column of segments.', 'Did you mean "毛利率"?'),
        (
            "xyz",
            '"xyz" is not a column of segments.',
            "Columns are: segment, name, group, customers, orders_per_customer, "
            "revenue_per_order, margin, base_churn, current_tier, min_tier, max_tier, fixed_tier, "
            "weight, note.",
        ),
    ]


def test_double_headings_are_problems_under_any_name(check):
    """The same column twice is a problem, also under two of its names."""
    problems = check({"segments.csv": "segment,customers,Customers,客户数,customers\nA,1,1,1,1\n"})
    assert [(p.column, p.message) for p in problems] == [
        ("Customers", '"Customers" and "customers" are the same column.'),
        ("客户数", '"客户数" and "customers" are the same column.'),
        ("customers", '"customers" stands twice.'),
    ]


def test_missing_required_columns_are_named(only):
    """A required column that is not there is one problem, with its meaning."""
    problem = only({"tiers.csv": "tier\nlow\n"})
    assert str(problem) == (
        'tiers.csv row 1: There is no column "service_level". Add it: share of orders served as '
        "promised."
    )


def test_a_missing_id_column_does_not_make_every_reference_dangle(only):
    """Where ids could not be read, what refers to them is not at fault."""
    problem = only({"tiers.csv": "teer,service_level\nlow,1\n", "response.csv": "segment\nA\n"})
    assert problem.remedy == 'Did you mean "tier"?'


def test_a_units_row_is_passed_over(folder):
    """Row 2 in square brackets holds units, whoever wrote them."""
    text = "segment,customers,margin\n{}\nA,1,1\n"
    for units in ("[id],[count],[0..1]", ",[people],", "[text],[count],"):
        assert load_case(folder({"segments.csv": text.format(units)})).segments == ["A"]


def test_ids_in_brackets_are_data(folder, check):
    """An id may be in brackets; only what cannot be data is taken for units."""
    case = load_case(folder({"segments.csv": "segment,customers\n[A],1\n[B],2\n"}))
    assert case.segments == ["[A]", "[B]"]
    problems = check({"usage.csv": "resource,tier\n[x],[low]\n"})
    assert [(p.row, p.value) for p in problems] == [(2, "[x]"), (2, "[low]")]


def test_a_units_row_elsewhere_is_data(check):
    """Brackets in row 3 are not passed over."""
    problems = check({"segments.csv": "segment,customers\nA,1\n[id],[count]\n"})
    assert [(p.row, p.value) for p in problems] == [(3, "[count]")]


def test_repeated_keys_name_the_first_row(check):
    """An id that stands twice, a response given twice, two usage rows for the same thing."""
    problems = check(
        {
            "segments.csv": "segment,customers\nA,1\nB,2\nA,3\n",
            "resources.csv": "resource,capacity\nhours,5\n",
            "usage.csv": "resource,tier,segment,per_order\nhours,low,A,1\nhours,,B,1\nhours,low,A,2"
            "\nhours,*,B,2\n",
            "response.csv": "segment,listeners\n*,1\n,2\n",
        }
    )
    assert [str(p) for p in problems] == [
        'segments.csv row 4 segment: "A" stands in row 2 too. Each segment may stand once.',
        'usage.csv row 4 resource: "hours, low, A" stands in row 2 too. Each resource, tier and '
        "segment together may stand once.",
        'usage.csv row 5 resource: "hours, *, B" stands in row 3 too. Each resource, tier and '
        "segment together may stand once.",
        'response.csv row 3 segment: "*" stands in row 2 too. Each segment may stand once.',
    ]
