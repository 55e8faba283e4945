"""The Chinese catalogue: every sentence of the sources, no other, with the same places."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import slopt


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    """The script that gathers sentences."""
    path = Path(slopt.__file__).parent.parent / "docs" / "messages.py"
    spec = importlib.util.spec_from_file_location("messages", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def both(message: str | tuple[str, ...]) -> tuple[str, ...]:
    """A sentence, or the two of a count, as a tuple."""
    return (message,) if isinstance(message, str) else tuple(message)


def test_every_sentence_is_translated_and_none_is_stale(messages: ModuleType) -> None:
    """`python docs/messages.py` adds what is new and takes away what no source has any more."""
    wanted = {both(its.id) for its in messages.sentences() if its.id}
    known = {both(its.id): its.string for its in messages.translated() if its.id}
    assert wanted - set(known) == set()
    assert set(known) - wanted == set()
    empty = [sentence for sentence, text in known.items() if not any(both(text or ""))]
    assert empty == []


def test_translations_have_the_places_of_their_sentence(messages: ModuleType) -> None:
    """No place that the sentence does not fill, and none of its numbers lost."""
    for its in messages.translated():
        if not its.id or not its.string:
            continue
        places = {place for text in both(its.id) for place in re.findall(r"{(\w+)}", text)}
        for text in filter(None, both(its.string)):
            assert set(re.findall(r"{(\w+)}", text)) <= places, its.id
            left_out = (
                places
                - set(re.findall(r"{(\w+)}", text))
                - {"tier", "tiers", "segment", "segments"}
            )
            assert not left_out, its.id
