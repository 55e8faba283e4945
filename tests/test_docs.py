"""The documentation is true: every answer in it is what the command prints."""

from __future__ import annotations

import doctest
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.shipped import examples

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["README.md", "docs/gallery.md", "docs/languages.md"])
def test_every_answer_shown_is_what_the_command_prints(generate: ModuleType, page: str) -> None:
    """`make docs` would change nothing."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "```console" in text
    assert generate.with_answers(text) == text


def test_the_column_reference_is_that_of_the_schema(generate: ModuleType) -> None:
    """`make docs` would change nothing in docs/columns.md."""
    text = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert generate.column_reference() == text


def test_the_model_of_ones_own_in_the_docs_works(tmp_path: Path) -> None:
    """The example model keeps two segments in the best tier, which tiny can afford at 16,000."""
    text = (ROOT / "docs" / "models" / "tier_plan.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.S)[0]
    path = tmp_path / "my_model.py"
    path.write_text(code, encoding="utf-8")
    case = load_case(examples()["tiny"], {"plan.model": str(path), "limits.budget": "16000"})
    plan = solve_case(case).plan
    assert plan is not None
    assert plan.tiers.count("premium") >= 2


def test_every_answer_in_the_notebook_page_is_what_python_prints() -> None:
    """The snippets run one after the other, as in one notebook."""
    text = (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8")
    session: dict[str, object] = {}
    told: list[str] = []
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        test = doctest.DocTestParser().get_doctest(block, session, "notebooks.md", None, 0)
        assert test.examples
        doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(
            test, out=told.append, clear_globs=False
        )
        session = test.globs
    assert not told, "".join(told)


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link of README and docs names a file that exists."""
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
