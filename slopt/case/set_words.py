"""Words that set something, PATH=VALUE: where they part, and whether they name cells of a table."""

from __future__ import annotations

from slopt.case.schema import table_name


def halves(word: str) -> tuple[str, str, str]:
    """What stands before and after the first = that is in no brackets, as `str.partition` does."""
    depth, quoted = 0, False
    for place, sign in enumerate(word):
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "[") - (sign == "]")
        if sign == "=" and depth <= 0 and not quoted:
            return word[:place], "=", word[place + 1 :]
    return word, "", ""


def is_in_table(path: str) -> bool:
    """True for a path that can only mean cells of a table, such as `rules[gold floor].value`."""
    title, dot, _ = path.partition(".")
    return "[" in path or (bool(dot) and table_name(title.strip()) not in (None, "settings"))
