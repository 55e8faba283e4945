"""Bring the catalogues of other languages up to date: `python docs/messages.py`.

New sentences are added without a translation, which a test then asks for; those that are in no
source any more go.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeGuard

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

import slopt

ROOT = Path(slopt.__file__).parent
SCHEMA = ROOT / "case" / "schema.toml"
CATALOGUE = ROOT / "report" / "locale" / "zh" / "slopt.po"
HEADER = "# What slopt says in Chinese. Sentences are gathered by docs/messages.py."
KEYWORDS = {
    "_": None,
    "self": None,
    "language": None,
    "later": None,
    "say": None,
    "spoken": None,
    "count": (1, 2),
}
"""Functions whose arguments are sentences; `count` has one for one thing and one for more."""


def sentences() -> Catalog:
    """All sentences of the sources, with the files that have them."""
    found = Catalog(project="slopt", charset="utf-8")
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.html")]):
        for message in of_python(path) if path.suffix == ".py" else of_page(path):
            found.add(message, locations=[(path.relative_to(ROOT).as_posix(), None)])
    for message in of_schema():
        found.add(message, locations=[(SCHEMA.relative_to(ROOT).as_posix(), None)])
    return found


def of_schema() -> Iterator[str]:
    """What the schema says of tables and columns."""
    for table in tomllib.loads(SCHEMA.read_text("utf-8")).values():
        yield table["row_is"]
        yield from (table[key] for key in ("use_meaning", "use_blank") if key in table)
        for column in table["columns"].values():
            yield from (column[key] for key in ("unit", "blank_means", "meaning") if key in column)


def of_python(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The sentences of a module: texts that stand as arguments of the functions that say them."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_saying(node)]
    for call in sorted(calls, key=lambda its: (its.lineno, its.col_offset)):
        texts = [its.value for its in call.args if isinstance(its, ast.Constant)]
        said = tuple(text for text in texts if isinstance(text, str) and text)
        if called(call) == "count":
            if len(said) == 2:
                yield said
        elif said:
            yield said[0]


def is_saying(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a part of a program calls a function whose arguments are sentences."""
    return isinstance(node, ast.Call) and called(node) in KEYWORDS


def called(call: ast.Call) -> str:
    """The name of what is called; of `spoken()("...")` that of the first call."""
    of = call.func.func if isinstance(call.func, ast.Call) else call.func
    return of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""


def of_page(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The sentences of a template."""
    found = extract_from_file("jinja2.ext:babel_extract", path, KEYWORDS, (), {"trimmed": "true"})
    for _line, message, _comments, _context in found:
        if message:
            yield message


def translated() -> Catalog:
    """The Chinese catalogue as it is."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans_CN", project="slopt", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def updated() -> Catalog:
    """The Chinese catalogue with exactly the sentences of the sources."""
    wanted, known = sentences(), translated()
    catalogue = Catalog(
        locale="zh_Hans_CN", project="slopt", charset="utf-8", fuzzy=False, header_comment=HEADER
    )
    for message in wanted:
        if not message.id:
            continue
        before = known.get(message.id)
        text = before.string if before is not None else None
        catalogue.add(message.id, text, locations=message.locations)
    return catalogue


def main() -> None:
    """Write the catalogue anew."""
    text = BytesIO()
    write_po(text, updated(), width=100, sort_by_file=True, omit_header=False)
    lines = text.getvalue().decode().splitlines()
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in dated))]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
