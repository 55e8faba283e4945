"""`--set` with a path into a table: the case as if the file had been edited."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case
from slopt.case.settings import overrides_from
from slopt.errors import InvalidInput, UsageError

FILES = {
    "case.toml": '[case]\nname = "Small"\n',
    "tiers.csv": "tier,service_level\nlow,0.8\nhigh,0.9\n",
    "segments.csv": "segment,customers,fixed_tier\nA,10,\nB=C,20,high\n",
    "resources.csv": "resource,capacity\nhours,100\n",
    "offers.csv": (
        "segment,tier,service_cost,lost_sales,allowed\n"
        "A,low,1,9,true\nA,high,5,2,false\nB=C,low,1,9,true\nB=C,high,5,2,true\n"
    ),
    "rules.csv": "rule,kind,segment,value,penalty\nthe floor,max_service_cost,*,50,\n",
}


def edited(folder, table, before, after):
    """The case of files in one of which a text was replaced."""
    text = FILES[f"{table}.csv"]
    assert text.count(before) == 1
    return load_case(folder({**FILES, f"{table}.csv": text.replace(before, after)}))


@pytest.mark.parametrize(
    ("word", "table", "before", "after"),
    [
        ("resources[hours].capacity=12", "resources", "hours,100", "hours,12"),
        ("resources.capacity=+10%", "resources", "hours,100", "hours,110"),
        ("rules[the floor].value=5", "rules", "*,50,", "*,5,"),
        ("rules[the floor].penalty=0", "rules", "*,50,", "*,50,0"),
        ("offers[A, high].allowed=true", "offers", "5,2,false", "5,2,true"),
        ("offers[A, high].allowed=", "offers", "5,2,false", "5,2,"),
        ("segments[B=C].fixed_tier=", "segments", "20,high", "20,"),
        ("segments[B=C].fixed_tier=none", "segments", "20,high", "20,"),
        ("segments[A].fixed_tier=high", "segments", "A,10,", "A,10,high"),
        ('segments["B=C"].customers=0.5x', "segments", "B=C,20", "B=C,10"),
    ],
)
def test_a_set_cell_makes_the_case_of_an_edited_file(folder, word, table, before, after):
    """The same tables and the same hash."""
    case = load_case(folder(FILES), overrides_from([word], {}))
    assert case.hash == edited(folder, table, before, after).hash
    assert case.hash != load_case(folder(FILES)).hash


def test_settings_and_cells_are_set_together(folder):
    """Each takes its own way, in one command."""
    words = ["limits.budget=70", "resources[hours].capacity=12"]
    case = load_case(folder(FILES), overrides_from(words, {}))
    assert case.settings.limits.budget == 70
    assert case.table("resources").numbers("capacity").tolist() == [12]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("resources[days].capacity=1", "no row with the resource"),
        ("resources[hours].capacty=1", 'Did you mean "resources.*capacity"'),
        ("pools[p].prospects=1", "pools"),
        ("resorces[hours].capacity=1", 'Did you mean "resources"'),
        ("resources[hours].capacity=many", "capacity"),
        ("segments[A].segment=Z", "names the row"),
    ],
)
def test_paths_that_lead_nowhere_are_refused(folder, word, message):
    """As a sweep refuses them, with what there is."""
    with pytest.raises(UsageError, match=message):
        load_case(folder(FILES), overrides_from([word], {}))


def test_every_value_that_a_file_could_not_have_is_told(folder):
    """All at once, each with its path."""
    words = ["resources[hours].capacity=-1", "segments[A].fixed_tier=gold"]
    with pytest.raises(InvalidInput) as caught:
        load_case(folder(FILES), overrides_from(words, {}))
    told = " ".join(f"{problem.column} {problem.message}" for problem in caught.value.problems)
    assert "resources[hours].capacity=-1" in told
    assert "segments[A].fixed_tier=gold" in told


def test_cells_are_not_set_by_the_environment(folder):
    """Variables are for settings."""
    with pytest.raises(UsageError, match="no setting for the environment variable"):
        overrides_from([], {"SLOPT_LIMITS_HOURS": "1"})
