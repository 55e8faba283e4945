"""Messages that any language can tell: texts in English that know what they were made of."""

from __future__ import annotations

import json
import pickle

from slopt.case.columns import suggest
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.report.language import ENGLISH, Language
from slopt.sayings import OR, Saying, in_a_row, later, listed, say
from slopt.vocabulary import Lang

CHINESE = Language(Lang.ZH)


def test_a_message_is_its_english_text():
    """Whoever knows nothing of languages sees a text, with braces in it as they stand."""
    said = say('"{text}" is not a number.', text="{x}")
    assert said == '"{x}" is not a number.'
    assert json.loads(json.dumps({"message": said})) == {"message": '"{x}" is not a number.'}
    assert say("Write {key} = ...") == "Write {key} = ..."


def test_a_message_is_told_in_the_language_and_a_plain_text_as_it_is():
    """The catalogue has the sentence; what stands at its places is of the user and stays."""
    said = say('"{text}" is not a number.', text="gold")
    assert CHINESE.tell(said) == "“gold”不是数字。"
    assert ENGLISH.tell(said) == said
    assert CHINESE.tell("gold is not a number.") == "gold is not a number."


def test_messages_within_messages_are_told_too():
    """A place may hold a message, also one that a problem was made of."""
    within = say("Write {expected}.", expected=say("a fraction from 0 to 1"))
    assert within == "Write a fraction from 0 to 1."
    assert CHINESE.tell(within) == "请写：0 到 1 之间的小数。"
    assert CHINESE("{text} ({n} times)", text=say("Write it."), n=3) == "请写上。（共 3 处）"


def test_sentences_in_a_row_have_a_space_between_them_but_behind_a_chinese_full_stop():
    """Empty ones are passed over."""
    row = in_a_row(say("The file is empty."), "", say("Write it."))
    assert row == "The file is empty. Write it."
    assert CHINESE.tell(row) == "文件是空的。请写上。"


def test_listed_words_are_told_with_the_commas_of_the_language():
    """The words themselves may be messages."""
    assert listed(["a", "b"]) == "a, b"
    assert CHINESE.tell(listed(["a", say("number")])) == "a、数字"
    assert listed(["a", "b"], OR) == "a or b"
    assert CHINESE.tell(listed(["a", "b"], OR)) == "a或b"


def test_messages_come_through_pickle_whole():
    """Points are answered in other processes; their messages are told here."""
    for said in (
        say("Write {expected}.", expected=say("a number")),
        in_a_row(say("Write it."), say("Keep one.")),
    ):
        again = pickle.loads(pickle.dumps(said))
        assert isinstance(again, Saying)
        assert again == said
        assert CHINESE.tell(again) == CHINESE.tell(said)


def test_errors_keep_their_message():
    """`str` of an error is plain English; `message` can be told."""
    error = UsageError(say("Keep one."))
    assert str(error) == "Keep one."
    assert CHINESE.tell(error.message) == "请保留其一。"
    assert UsageError().message == ""
    problem = Problem(say("The file is empty."), say("Write it."), file="a.csv")
    assert str(InvalidInput([problem])) == "a.csv: The file is empty. Write it."


def test_suggestions_name_what_there_is():
    """A near word, else the first few, told in the language as well."""
    near = suggest("gald", ["gold", "silver"], later("Tiers are: {known}."))
    assert (near, CHINESE.tell(near)) == ('Did you mean "gold"?', "是否指“gold”？")
    far = suggest("xyz", ["gold", "silver"], later("Tiers are: {known}."))
    assert far == "Tiers are: gold, silver."
    assert CHINESE.tell(far) == "现有的服务档：gold、silver。"
