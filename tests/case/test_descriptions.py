"""Tables in words, for the screen and for the docs page."""

from __future__ import annotations

import pytest

from slopt.case.columns import Kind
from slopt.case.describe import column_reference, describe_rows
from slopt.case.schema import SCHEMAS, TABLES
from slopt.errors import UsageError


def test_every_column_is_described():
    """Name, unit, meaning of an empty cell, meaning, other headings: nothing left out."""
    for name, schema in SCHEMAS.items():
        rows = {row["column"]: row for row in describe_rows(name)}
        assert [c for c in rows if not c.startswith("use:")] == [c.name for c in schema.columns]
        for column in schema.columns:
            row = rows[column.name]
            assert list(row) == ["column", "unit", "blank", "meaning", "names"]
            assert row["unit"]
            assert row["meaning"] == column.meaning
            assert (row["blank"] == "required") is column.required


def test_ranges_stand_in_the_units():
    """A unit says what may be written, from the same bounds that the reader checks."""
    units = {row["column"]: row["unit"] for row in describe_rows("segments")}
    assert units["margin"] == "0..1"
    assert units["revenue_per_order"] == "money per order, 0 or more"
    assert units["current_tier"] == "id in tiers"
    assert units["segment"] == "id"
    assert units["weight"] == "0 or more"


def test_columns_of_resources_are_described():
    """offers also takes a column for each resource."""
    assert describe_rows("offers")[-2]["column"] == "use:RESOURCE"


def test_unknown_tables_name_the_nearest():
    """A misspelt table is a usage error."""
    with pytest.raises(UsageError, match=r'no table "segmnts". Did you mean "segments"'):
        describe_rows("segmnts")


def test_the_reference_has_a_row_for_every_column():
    """Every table is a Markdown table, with as many cells in each row."""
    text = column_reference()
    for schema in SCHEMAS.values():
        assert f"\n## {schema.name}\n" in text
        for column in schema.columns:
            assert f"| `{column.name}` |" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}
    assert text.endswith("\n")


def test_the_schema_is_consistent():
    """References point to tables, keys to columns, defaults lie in range, headings are unique."""
    for schema in SCHEMAS.values():
        names = [column.name for column in schema.columns]
        assert set(schema.key) <= {*names, "key"}
        headings = [heading for column in schema.columns for heading in column.headings]
        assert len(headings) == len(set(headings)), schema.name
        for column in schema.columns:
            assert column.refers_to is None or column.refers_to in SCHEMAS
            assert (column.kind is Kind.CHOICE) == bool(column.choices)
            if column.default is not None:
                assert column.read(str(column.default)) == column.default
    titles = [title for schema in TABLES for title in (schema.name, *schema.names)]
    assert len(titles) == len(set(titles))
