"""`slopt export` and `slopt new --from FILE`: to other solvers and from their instances."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Slopt
from small_cases import examples_of_one_period

from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.problem.generated.sources import has_sources
from slopt.shipped import examples
from slopt.solve.core import is_available
from slopt.vocabulary import Method, Status

SHARED = Path(__file__).parents[3] / "shared" / "data" / "mmkp"
OWN_MODEL = """
import pyomo.environ as pyo

def build(problem):
    model = pyo.ConcreteModel()
    pairs = [(s, t) for s in problem.segments for t in problem.tiers]
    model.choose = pyo.Var(pairs, domain=pyo.Binary)
    model.one = pyo.Constraint(
        problem.segments, rule=lambda m, s: sum(m.choose[s, t] for t in problem.tiers) == 1
    )
    model.total = pyo.Objective(expr=sum(model.choose[pair] for pair in pairs) + 7)
    return model
"""


def solved_from(path: Path) -> float:
    """The optimum that HiGHS finds in a file."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    return float(solver.getInfo().objective_function_value)


@pytest.mark.parametrize("suffix", [".mps", ".lp"])
@pytest.mark.parametrize("example", examples_of_one_period())
def test_an_exported_example_has_the_same_optimum(
    slopt: Slopt, tmp_path: Path, example: str, suffix: str
) -> None:
    """What another solver makes of the file is what `slopt solve` says; of offers that are made as
    they are needed, up to the gap that was asked for.
    """
    file = tmp_path / f"program{suffix}"
    ran = slopt("export", example, file)
    assert ran.code == 0
    assert "columns" in ran.out
    if has_sources(load_case(examples()[example])):
        own, gap = slopt("solve", example, "--json").json["objective"], 1e-3
    else:
        own, gap = slopt("solve", example, "--json", "--set", "solve.gap=0").json["objective"], 1e-6
    assert solved_from(file) == pytest.approx(own, rel=gap)


def test_settings_count_in_what_is_exported(slopt: Slopt, tmp_path: Path) -> None:
    """`--set` changes the program as it changes the plan."""
    file = tmp_path / "tiny.lp"
    assert slopt("export", "tiny", file, "--set", "limits.budget=9000").code == 0
    assert "<= 9000.0" in file.read_text(encoding="utf-8")


def test_an_own_model_is_exported_too(slopt: Slopt, tmp_path: Path) -> None:
    """The program of a model file of the user's own, its constant included."""
    model = tmp_path / "mine.py"
    model.write_text(OWN_MODEL, encoding="utf-8")
    for name in ("own.mps", "own.lp"):
        ran = slopt("export", "tiny", tmp_path / name, "--model", model)
        assert ran.code == 0, ran.err
        assert solved_from(tmp_path / name) == pytest.approx(10)


@pytest.mark.parametrize(
    ("file", "words"), [("a.txt", "must end in .mps or .lp"), ("", "must end in .mps or .lp")]
)
def test_an_unknown_ending_is_a_usage_error(
    slopt: Slopt, tmp_path: Path, file: str, words: str
) -> None:
    """Exit code 2, a message, and no file."""
    ran = slopt("export", "tiny", tmp_path / file)
    assert ran.code == 2
    assert words in " ".join(ran.err.split())
    assert list(tmp_path.iterdir()) == []


def test_a_bad_instance_file_names_its_line(slopt: Slopt, tmp_path: Path) -> None:
    """Exit code 3, file and line, and no folder."""
    file = tmp_path / "I99.txt"
    file.write_text("1 2 1\n5\n1\n3 1\n4 x\n", encoding="utf-8")
    ran = slopt("new", tmp_path / "case", "--from", file)
    assert ran.code == 3
    assert "I99.txt" in ran.err
    assert "row 5" in ran.err
    assert not (tmp_path / "case").exists()


def test_neither_example_nor_file_is_a_usage_error(slopt: Slopt, tmp_path: Path) -> None:
    """A name that is nothing gets the nearest example."""
    ran = slopt("new", tmp_path / "case", "--from", "tinny")
    assert ran.code == 2
    assert 'Did you mean "tiny"?' in ran.err


@pytest.mark.parametrize(("name", "value"), [("I01", 173), ("I03", 1602)])
def test_a_published_instance_has_its_published_optimum(
    slopt: Slopt, tmp_path: Path, name: str, value: float
) -> None:
    """Khan's instances, from the file as it is published to the proven plan."""
    if not (SHARED / name).is_file():
        pytest.skip("the MMKP instances are not beside the repository")
    assert slopt("new", tmp_path / "case", "--from", SHARED / name).code == 0
    assert slopt("check", tmp_path / "case").code == 0
    method = Method.CORE if is_available() else Method.AUTO
    plan = solve_case(load_case(tmp_path / "case"), method, next_steps=False).plan
    assert plan is not None
    assert plan.status is Status.OPTIMAL
    assert plan.objective == pytest.approx(-value)
    assert plan.bound == pytest.approx(-value)
