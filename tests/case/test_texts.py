"""Columns of texts, short and in Arrow: to whoever asks they are a list of the texts."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.case import texts as module
from slopt.case.texts import Texts, first_alike, places

WORDS = st.lists(st.sampled_from(["", "a", "b", "客户", "a b", "z"]), max_size=12)


@pytest.fixture(params=["list", "Arrow"])
def column(request, monkeypatch):
    """Make a column, its words a list or an Arrow array."""
    if request.param == "list":
        return Texts.of
    monkeypatch.setattr(module, "FEW", -1)
    monkeypatch.setattr(module, "ONE_BY_ONE", 0)
    return lambda texts: Texts.of_arrow(pa.array(texts, pa.string()))


def both(texts):
    """The same column with its words in a list and in Arrow."""
    array = pa.array(texts, pa.string()).dictionary_encode()
    return Texts.of(texts), Texts(array.dictionary, array.indices.to_numpy())


@given(WORDS, WORDS)
def test_columns_answer_as_lists_do(texts, others):
    """Length, order, equality, membership, places and slices, whatever holds the words."""
    for one in both(texts):
        assert list(one) == one.tolist() == texts
        assert (one == others) == (texts == others)
        assert one[1:3] == texts[1:3]
        assert [one[i] for i in range(len(texts))] == texts
        assert one.is_filled.tolist() == [text != "" for text in texts]
        for other in both(others):
            assert (one == other) == (texts == others)
            expected = [others.index(text) if text in others else -1 for text in texts]
            assert one.places_in(other).tolist() == expected


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1))
def test_rows_alike_in_all_columns_are_found(pairs):
    """Every row is told the first one that says the same in each column."""
    columns = [Texts.of(pair[side] for pair in pairs) for side in (0, 1)]
    assert first_alike(columns).tolist() == [pairs.index(pair) for pair in pairs]


def test_many_combinations_of_words_are_counted_by_sorting(monkeypatch):
    """The same where the combinations are too many for a table of them."""
    monkeypatch.setattr(module, "SPARSE", 0)
    columns = [Texts.of("abca"), Texts.of("xyzx"), Texts.of("1121")]
    assert first_alike(columns).tolist() == [0, 1, 2, 0]


def test_words_are_renamed_and_may_become_one(column):
    """Rows of both words then hold the same text; words stay in the order of the rows."""
    texts = column(["b ", "a", "b", "a"]).renamed({0: "b"})
    assert texts == ["b", "a", "b", "a"]
    assert len(texts.words) == 2
    assert column(["a", "b"]).renamed({0: "a"}) == ["a", "b"]


def test_a_text_is_found_by_its_first_row(column):
    """As list.index does, with -1 or ValueError where it is not there."""
    texts = column(["b", "a", "b"])
    assert (texts.place("b"), texts.place("a"), texts.place("c")) == (0, 1, -1)
    assert texts.index("a") == 1
    assert texts.index("b", 1) == 2
    assert "a" in texts
    assert "c" not in texts
    with pytest.raises(ValueError, match="c"):
        texts.index("c")


def test_codes_without_a_row_leave_no_word():
    """Words come in the order in which rows name them, and only those that are named."""
    texts = Texts.of_codes(["x", "y", "z"], np.array([2, 0, 2]))
    assert (texts, texts.words) == (["z", "x", "z"], ["z", "x"])


@pytest.mark.parametrize(
    "text", ["customer-017", "customer-00017", "custmoer-0017", "customer_0017", "Customer-0017"]
)
def test_near_words_are_found_among_many(monkeypatch, text):
    """Of many words those are offered that a single slip makes the text of."""
    monkeypatch.setattr(module, "FEW", 3)
    texts = Texts.of_arrow(pa.array([f"customer-{i:04}" for i in range(50)] + ["other"]))
    assert "customer-0017" in texts.resembling(text)
    assert texts.resembling("xyz") == []


def test_letters_are_those_of_the_words(column):
    """Bytes of each word and all of them together, the same for both kinds."""
    lengths, letters = column(["ab", "", "客"]).letters()
    assert lengths.tolist() == [2, 0, 3]
    assert bytes(letters) == "ab客".encode()


def test_a_slice_of_an_arrow_array_has_letters_of_its_own():
    """Arrow keeps the whole buffer behind a slice."""
    texts = Texts(pa.array(["ab", "c", "def"])[1:], np.array([0, 1], dtype=np.int32))
    assert bytes(texts.letters()[1]) == b"cdef"


def test_repeated_texts_take_no_room_by_row():
    """One word and one code, seen a million times."""
    texts = Texts.repeated("x", 1_000_000)
    assert (len(texts), texts[999_999], texts.codes.strides) == (1_000_000, "x", (0,))
    assert Texts.repeated("x", 0) == []


def test_places_of_lists_and_arrow_are_the_same():
    """Whichever of the two holds the wanted or the known words."""
    wanted, known = ["b", "x", "a"], ["a", "b"]
    for w in (wanted, pa.array(wanted)):
        for k in (known, pa.array(known)):
            assert places(w, k).tolist() == [1, -1, 0]


def test_places_in_another_column_are_remembered_and_never_shared():
    """The same answer again, as an array of its own; a pickled column is as long as its texts."""
    texts, known = Texts.of(["b", "a", "c"]), Texts.of(["a", "b"])
    first = texts.places_in(known)
    first[0] = 7
    assert texts.places_in(known).tolist() == [1, 0, -1]
    assert texts.places_in(Texts.of(["c"])).tolist() == [-1, -1, 0]
    assert pickle.dumps(texts) == pickle.dumps(Texts.of(["b", "a", "c"]))
    assert pickle.loads(pickle.dumps(texts)) == texts
