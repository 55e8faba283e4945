"""Bring the catalogues of other languages up to date: `python docs/messages.py`.

New sentences are added without a translation, which a test then asks for; those that are in no
source any more go.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

import slopt

ROOT = Path(slopt.__file__).parent
CATALOGUE = ROOT / "report" / "locale" / "zh" / "slopt.po"
HEADER = "# What slopt says in Chinese. Sentences are gathered by docs/messages.py."
KEYWORDS = {"_": None, "self": None, "language": None, "later": None, "count": (1, 2)}
"""Functions whose arguments are sentences; `count` has one for one thing and one for more."""


def sentences() -> Catalog:
    """All sentences of the sources, with the files that have them."""
    found = Catalog(project="slopt", charset="utf-8")
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.html")]):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"trimmed": "true"} if path.suffix == ".html" else {}
        for _line, message, _comments, _context in extract_from_file(
            method, path, KEYWORDS, (), options
        ):
            if message:
                found.add(message, locations=[(path.relative_to(ROOT).as_posix(), None)])
    return found


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
