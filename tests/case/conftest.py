"""Small cases on disk, changed file by file or sheet by sheet."""

from __future__ import annotations

import itertools

import pytest
import xlsxwriter

from slopt.case.load import read_case
from slopt.errors import Severity

TOML = '[case]\nname = "Small"\ndiscount_rate = 0.1\n'
SEGMENTS = "segment,customers\nA,10\nB,20\n"
TIERS = "tier,service_level\nlow,0.8\nhigh,0.9\n"
BASE = {"case.toml": TOML, "segments.csv": SEGMENTS, "tiers.csv": TIERS}
BASE_SHEETS = {
    "settings": [["key", "value"], ["case.name", "Small"], ["case.discount_rate", 0.1]],
    "segments": [["segment", "customers"], ["A", 10], ["B", 20]],
    "tiers": [["tier", "service_level"], ["low", 0.8], ["high", 0.9]],
}
RESPONSE = "segment,leave_probability\n*,0.5\n"


@pytest.fixture
def folder(tmp_path):
    """Write a small case with some files changed (None leaves one out); its path."""
    counter = itertools.count()

    def write(files=None):
        home = tmp_path / f"case{next(counter)}"
        home.mkdir()
        for name, content in {**BASE, **(files or {})}.items():
            if content is not None:
                data = content if isinstance(content, bytes) else content.encode()
                (home / name).write_bytes(data)
        return home

    return write


@pytest.fixture
def check(folder):
    """The problems of a small case with some files changed."""

    def run(files=None, overrides=None):
        return read_case(folder(files), overrides).problems

    return run


@pytest.fixture
def only(check):
    """The one problem of a small case with some files changed."""

    def run(files=None, overrides=None):
        problems = check(files, overrides)
        assert len(problems) == 1, [str(problem) for problem in problems]
        return problems[0]

    return run


@pytest.fixture
def book(tmp_path):
    """Write a small case as a workbook with some sheets changed (None leaves one out); its path.

    `extra` names functions of (sheet, workbook) that add what rows of cells cannot say.
    """
    counter = itertools.count()

    def build(sheets=None, extra=None):
        path = tmp_path / f"book{next(counter)}.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
            for title, rows in {**BASE_SHEETS, **(sheets or {})}.items():
                if rows is None:
                    continue
                sheet = workbook.add_worksheet(title)
                for row, cells in enumerate(rows):
                    for place, cell in enumerate(cells):
                        sheet.write(row, place, cell)
                if extra and title in extra:
                    extra[title](sheet, workbook)
        return path

    return build


@pytest.fixture
def errors():
    """The problems that stop a run."""
    return lambda problems: [p for p in problems if p.severity is Severity.ERROR]
