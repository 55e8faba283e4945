"""`slopt certify` and `slopt verify`, as their users call them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.engine import certifying
from slopt.shipped import examples
from slopt.solve.solve import answer
from slopt.verify import guard
from slopt.vocabulary import Status


@pytest.fixture
def run_folder(slopt: Slopt, tmp_path: Path) -> Path:
    """What `slopt solve tiny --out` wrote."""
    assert slopt("solve", "tiny", "--out", tmp_path / "run").code == 0
    return tmp_path / "run"


@pytest.fixture
def certificate(slopt: Slopt, run_folder: Path, tmp_path: Path) -> Path:
    """The certificate of that run."""
    file = tmp_path / "certificate.json"
    assert slopt("certify", run_folder, "--out", file).code == 0
    return file


@pytest.mark.parametrize("example", ["tiny", "scms_deliveries", "parts_distributor"])
def test_the_plan_of_an_example_is_certified_and_verified(
    slopt: Slopt, tmp_path: Path, example: str
) -> None:
    """Solved, certified, verified against the case and against its numbers: code 0 each time."""
    slopt("solve", example, "--out", tmp_path / "run")
    certificate, numbers = tmp_path / "certificate.json", tmp_path / "numbers.json"
    ran = slopt("certify", tmp_path / "run", "--out", certificate, "--numbers", numbers)
    assert ran.code == 0, ran.err
    assert "Proven in exact arithmetic" in ran.out
    for against in (example, numbers):
        ran = slopt("verify", certificate, against)
        assert ran.code == 0, ran.err
        assert "keeps every limit and every rule" in ran.out
    document = json.loads(certificate.read_text(encoding="utf-8"))
    result = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    assert document["value"] == pytest.approx(result["objective"], rel=1e-12)
    assert document["case_hash"] == result["case_hash"]
    assert document["gap"] <= max(result["gap"], 1e-8)


def test_a_case_without_plan_is_certified_to_have_none(slopt: Slopt, tmp_path: Path) -> None:
    """What proves an infeasible case is a certificate too, and about that case only."""
    hard = ("--set", "limits.budget=1")
    assert slopt("solve", "tiny", *hard, "--out", tmp_path / "run").code == 4
    file = tmp_path / "certificate.json"
    assert slopt("certify", tmp_path / "run", "--out", file).code == 0
    ran = slopt("verify", file, "tiny", *hard)
    assert ran.code == 0
    assert "no plan" in ran.out
    assert slopt("verify", file, "tiny").code == 7


def test_a_changed_certificate_is_refused(slopt: Slopt, certificate: Path) -> None:
    """Code 7 and the reason, whatever was changed in the text."""
    text = certificate.read_text(encoding="utf-8")
    certificate.write_text(text.replace('"bound": ', '"bound": 1'), encoding="utf-8")
    ran = slopt("verify", certificate, "tiny")
    assert ran.code == 7
    assert "changed after it was written" in ran.err
    assert ran.out == ""


def test_a_forged_certificate_is_refused_with_the_reason(slopt: Slopt, certificate: Path) -> None:
    """A seal can be made anew by anybody; what is sealed has to be true all the same."""
    text = certificate.read_text(encoding="utf-8")
    body = text.rpartition(guard.SEAL)[0]
    document = json.loads(text)
    better = document["bound"] + 1
    body = body.replace(f'"bound": {document["bound"]}', f'"bound": {better}')
    body = body.replace('"bound": ', '"bound": 0 , "was": ') if str(better) not in body else body
    seal = guard.digest(body)
    certificate.write_text(f'{body}{guard.SEAL}{seal}"\n}}\n', encoding="utf-8")
    ran = slopt("verify", certificate, "tiny")
    assert ran.code == 7
    assert "refused" in ran.err
    assert "claimed" in ran.err


def test_a_certificate_is_about_one_case(slopt: Slopt, certificate: Path, tmp_path: Path) -> None:
    """A case with another number, setting or name is another one."""
    other = tmp_path / "other"
    shutil.copytree(examples()["tiny"], other)
    assert slopt("verify", certificate, other).code == 0
    table = (other / "segments.csv").read_text(encoding="utf-8")
    lines = table.splitlines()
    (other / "segments.csv").write_text("\n".join([*lines[:-1], lines[-1].replace("1", "2", 1)]))
    for words in ((other,), ("tiny", "--set", "limits.budget=123456")):
        ran = slopt("verify", certificate, *words)
        assert ran.code == 7
        assert "another case" in ran.err


def test_what_is_no_certificate_is_invalid_input(
    slopt: Slopt, run_folder: Path, tmp_path: Path
) -> None:
    """Code 3 and no traceback for other files, binary ones, folders and none at all."""
    binary = tmp_path / "binary.json"
    binary.write_bytes(bytes(range(256)))
    for file in (run_folder / "result.json", binary, run_folder, tmp_path / "absent.json"):
        ran = slopt("verify", file, "tiny")
        assert ran.code == 3, file
        assert "certif" in ran.err


def test_the_document_can_be_printed(slopt: Slopt, run_folder: Path, certificate: Path) -> None:
    """`--json` prints the certificate itself, and of a verification what was proven."""
    assert slopt("certify", run_folder, "--json").out == certificate.read_text(encoding="utf-8")
    printed = slopt("verify", certificate, "tiny", "--json").json
    assert printed["verified"] is True
    assert printed["gap"] <= 1e-9


def test_numbers_of_another_machine_are_taken_if_they_say_the_same(
    slopt: Slopt, run_folder: Path, tmp_path: Path
) -> None:
    """The last digits may differ from machine to machine, and nothing else."""
    numbers = tmp_path / "numbers.json"
    assert slopt("certify", run_folder, "--numbers", numbers).code == 0
    text = numbers.read_text(encoding="utf-8")
    lines = text.splitlines()
    place = next(
        i for i, line in enumerate(lines) if '"lost_sales": ' in line and "minimise" not in line
    )
    figure = lines[place].partition('"lost_sales": ')[2].partition(",")[0].rstrip("}")
    for factor, code in ((1 + 1e-13, 0), (1.01, 7)):
        changed = [*lines]
        changed[place] = changed[place].replace(figure, repr(float(figure) * factor), 1)
        other = tmp_path / "other.json"
        other.write_text("\n".join(changed) + "\n", encoding="utf-8")
        file = tmp_path / "certificate.json"
        _certify_with(other, run_folder, file)
        ran = slopt("verify", file, "tiny", "--numbers", other)
        assert ran.code == code, ran.err
        assert slopt("verify", file, "tiny").code == 7


def _certify_with(numbers: Path, run_folder: Path, file: Path) -> None:
    """The certificate that another machine would write, which works out other last digits."""
    from slopt.store.find import find_run
    from slopt.verify.document import Proof, plan_certificate

    run = find_run(str(run_folder), "tiny")
    assert run.choice is not None
    tiers = [run.case.tiers[k] for k in run.choice.tolist()]
    plan = dict(zip(run.case.segments, tiers, strict=True))
    text = plan_certificate(numbers.read_text(encoding="utf-8"), plan, Proof([{}], [0]))
    file.write_text(text, encoding="utf-8")


def test_a_run_without_plan_has_nothing_to_certify(slopt: Slopt, tmp_path: Path) -> None:
    """A plan that was brought and breaks rules is refused; a folder without a run is none."""
    assert slopt("certify", tmp_path).code == 3
    assert slopt("certify", "nowhere@latest").code == 2


def test_a_brought_plan_is_certified_with_the_gap_it_has(slopt: Slopt, tmp_path: Path) -> None:
    """How much worse than the best a plan is at most, is proven for any plan."""
    slopt("solve", "tiny", "--out", tmp_path / "best")
    case = examples()["tiny"]
    rows = (tmp_path / "best" / "plan.csv").read_text(encoding="utf-8").splitlines()
    tiers = (case / "tiers.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    worse = ["segment,tier", *(f"{row.split(',')[0]},{tiers}" for row in rows[1:])]
    (tmp_path / "plan.csv").write_text("\n".join(worse) + "\n", encoding="utf-8")
    slopt("evaluate", "tiny", "--plan", tmp_path / "plan.csv", "--out", tmp_path / "brought")
    file = tmp_path / "certificate.json"
    ran = slopt("certify", tmp_path / "brought", "--out", file)
    if ran.code == 0:
        assert slopt("verify", file, "tiny").code == 0
    else:
        assert ran.code == 7
        assert "breaks" in ran.err


def test_a_case_is_solved_and_certified_at_once(slopt: Slopt, tmp_path: Path) -> None:
    """Where a case is named in place of a run, it is solved first, with the settings given."""
    file = tmp_path / "certificate.json"
    assert slopt("certify", "tiny", "--set", "plan.goal=max_service", "--out", file).code == 0
    ran = slopt("verify", file, "tiny", "--set", "plan.goal=max_service")
    assert ran.code == 0
    assert "Highest service level" in ran.out
    assert slopt("verify", file, "tiny").code == 7


@pytest.mark.parametrize("hard", [(), ("--set", "limits.budget=1")])
def test_a_case_is_certified_as_it_stands(
    slopt: Slopt, tmp_path: Path, hard: tuple[str, ...]
) -> None:
    """Solved now, with a plan or without: what is verified is what a run of it would be."""
    file = tmp_path / "certificate.json"
    assert slopt("certify", "tiny", *hard, "--out", file).code == 0
    assert slopt("verify", file, "tiny", *hard).code == 0


def test_a_case_whose_solving_is_interrupted_is_not_certified(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code 130 and no file: a proof is not begun after Ctrl-C."""
    monkeypatch.setattr(
        certifying, "answer", lambda *given: answer(*given).replace(status=Status.INTERRUPTED)
    )
    file = tmp_path / "certificate.json"
    assert slopt("certify", "tiny", "--out", file).code == 130
    assert not file.exists()


def test_ctrl_c_while_a_library_is_loaded_is_no_defect(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled libraries report it as an error of their own, with Ctrl-C as its cause."""

    def load(*given: object) -> None:
        raise ImportError("initialization failed") from KeyboardInterrupt()

    monkeypatch.setattr(certifying, "answer", load)
    ran = slopt("certify", "tiny")
    assert (ran.code, ran.out, ran.err) == (130, "", "")
