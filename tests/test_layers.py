"""Who may import whom, read from the syntax trees: each layer only what stands above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import slopt
from slopt.shipped import folder

ROOT = Path(slopt.__file__).parent
LAYERS = [
    {"errors", "vocabulary", "shipped", "sayings"},
    {"case"},
    {"economics"},
    {"problem"},
    {"verify"},
    {"formulation"},
    {"solve"},
    {"plan"},
    {"study"},
    {"calibrate"},
    {"cluster"},
    {"store"},
    {"engine"},
    {"report"},
    {"app"},
    {"api"},
    {"cli"},
    {"__main__", "__init__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ALONE = {  # house rule: few files of a layer are the bridge to what it may otherwise not know
    "economics": (
        {"case"},
        {
            "economics/cost_to_serve.py",
            "economics/desks/call_losses.py",
            "economics/desks/channels.py",
            "economics/desks/from_case.py",
            "economics/levels/own_case.py",
            "economics/levels/source.py",
            "economics/levels/terms.py",
            "economics/offers.py",
            "economics/outside_option.py",
            "economics/period_offers.py",
            "economics/promises/figures.py",
            "economics/response_kinds.py",
            "economics/sales_answer.py",
            "economics/stock_rooms/losses.py",
            "economics/stock_rooms/rooms.py",
            "economics/stock_rooms/source.py",
            "economics/tier_physics.py",
        },
    ),
    "problem": (
        {"case", "economics"},
        {
            "problem/build.py",
            "problem/generated/columns.py",
            "problem/generated/desks.py",
            "problem/generated/joining.py",
            "problem/generated/merging.py",
            "problem/generated/one_part.py",
            "problem/generated/sources.py",
            "problem/generated/stock.py",
            "problem/generated/staff.py",
            "problem/generated/terms.py",
            "problem/horizon/after_horizon.py",
            "problem/horizon/build.py",
            "problem/horizon/build_modes.py",
            "problem/horizon/build_staff.py",
            "problem/horizon/tier_moves.py",
            "problem/scenarios/asked.py",
            "problem/scenarios/build.py",
            "problem/scenarios/drawn.py",
            "problem/scenarios/inputs.py",
            "problem/scenarios/listed.py",
        },
    ),
}
DOWNWARDS = {  # offers that take a solver to make; docs/architecture.md says why
    "problem/generated/desks.py": {"slopt.solve.staffing.desk_source"}
}
ALLOWED_FROM_SOLVE = {
    "plan": {
        "slopt.solve.outcome",
        "slopt.solve.proof",
        "slopt.solve.risk.outcome",
        "slopt.solve.horizon.outcome",
    }
}
SOLVERS = {"pyomo": {"formulation", "solve"}, "highspy": {"solve"}}
HEAVY = {
    "pandas",
    "pyomo",
    "scipy",
    "highspy",
    "pyarrow",
    "python_calamine",
    "xlsxwriter",
    "duckdb",
    "distributed",
    "dask",
    "SALib",
    "sqlalchemy",
    "psycopg",
    "nicegui",
    "fastapi",
    "uvicorn",
    "altair",
    "babel",
    "jinja2",
    "plotext",
    "plotly",
    "vl_convert",
}
HEAVY_AT_HOME = {  # files that are nothing but the use of that library, and imported when used
    "pyomo": {
        "formulation/*.py",
        "formulation/horizon/*.py",
        "formulation/levels/*.py",
        "formulation/risk/*.py",
        "formulation/staffing/*.py",
        "formulation/stock_rooms/*.py",
        "solve/pyomo_program.py",
    },
    "altair": {"report/charts/*.py"},
    "vl_convert": {"report/charts/svg.py"},
    "jinja2": {"report/page/render.py"},
    "nicegui": {"app/page.py", "app/server.py", "app/sheet.py"},
    "fastapi": {"app/server.py"},
    "uvicorn": {"app/server.py"},
}


def files():
    """Every Python file of the package."""
    return sorted(ROOT.rglob("*.py"))


def layer_of(path):
    """The folder, or the file at the top, that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path, everywhere=True):
    """Modules that a file imports; only those at module level and outside of TYPE_CHECKING if not
    `everywhere`.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else _at_module_level(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            if node.module == "slopt":
                yield from (f"slopt.{alias.name}" for alias in node.names)


def _at_module_level(body):
    for node in body:
        yield node
        if isinstance(node, ast.If) and getattr(node.test, "id", "") != "TYPE_CHECKING":
            yield from _at_module_level([*node.body, *node.orelse])
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from _at_module_level(node.body)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_layers_import_only_upwards(path):
    """Every import of slopt goes to the file's own layer or one above it in the list."""
    layer, name = layer_of(path), str(path.relative_to(ROOT))
    for module in imports(path):
        if not module.startswith("slopt."):
            continue
        target = module.split(".")[1]
        if target not in LEVEL:
            assert module == "slopt.__version__", f"{name} imports {module}"
            continue
        if module in DOWNWARDS.get(name, ()):
            continue
        assert LEVEL[target] <= LEVEL[layer], f"{name} imports {module}, which is below it"
        if layer in ALONE:
            bridged, bridges = ALONE[layer]
            assert target not in bridged or name in bridges, f"{name} may not import {module}"
        if target == "solve" and layer in ALLOWED_FROM_SOLVE:
            assert module in ALLOWED_FROM_SOLVE[layer], f"{name} imports {module}"


def test_every_file_belongs_to_a_layer():
    """A new folder or file has to be put into the list."""
    assert {layer_of(path) for path in files()} <= set(LEVEL)


@pytest.mark.parametrize("library", SOLVERS)
def test_only_the_solver_layers_know_the_solvers(library):
    """Pyomo is for formulation, solve and model files; highspy for solve alone."""
    for path in files():
        used = {module.split(".")[0] for module in imports(path)}
        assert library not in used or layer_of(path) in SOLVERS[library], path
    for path in folder("models").glob("*.py"):
        assert "highspy" not in {module.split(".")[0] for module in imports(path)}


def test_heavy_libraries_are_imported_where_they_are_used():
    """At module level only in files that are the use of that library."""
    for path in files():
        name = path.relative_to(ROOT)
        for module in imports(path, everywhere=False):
            library = module.split(".")[0]
            homes = HEAVY_AT_HOME.get(library, set())
            at_home = any(name.match(home) for home in homes)
            assert library not in HEAVY or at_home, f"{name} imports {module} at module level"


def test_the_vendored_click_is_left_alone():
    """typer brings its own click; importing click would be another one."""
    for path in files():
        assert "click" not in {module.split(".")[0] for module in imports(path)}, path


@pytest.mark.parametrize("module", ["slopt", "slopt.cli", "slopt.cli.app", "slopt.engine.solving"])
def test_importing_loads_nothing_heavy(module):
    """`import slopt` and the command line start without any of the heavy libraries."""
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
