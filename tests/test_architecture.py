"""Imports go one way: between the apps, and between the layers of one app."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APPS = ["surveys", "validation", "reports"]
MAY_IMPORT = {
    "surveys": {"surveys"},
    "validation": {"surveys", "validation"},
    "reports": {"surveys", "validation", "reports"},
}
PURE = {
    "surveys.scoring",
    "surveys.ratings",
    "surveys.counting",
    "surveys.distributions",
    "surveys.sample.ranges",
    "surveys.instrument.comparing.wording",
    "surveys.sample.suppression",
    "surveys.exports.coarsening",
    "validation.consensus",
    "validation.agreement",
    "validation.bounds",
}
PURE_MAY_IMPORT = {
    "collections",
    "dataclasses",
    "decimal",
    "difflib",
    "fractions",
    "functools",
    "itertools",
    "math",
    "mpmath",
    "re",
    "statistics",
    "threading",
    "typing",
}
# models <- services <- access, forms <- views, tasks, admin, commands, urls
LAYERS = {
    "models": 1,
    "services": 2,
    "access": 3,
    "forms": 3,
    "views": 4,
    "tasks": 4,
    "admin": 4,
    "commands": 4,
    "urls": 4,
}
# A job is written first and a worker woken after: the import stands in that function.
AGAINST_THE_STREAM = {("surveys.jobs.services", "surveys.jobs.tasks")}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))
}


def imports_of(module: str) -> Iterator[str]:
    """Every module named by an import, wherever in the file, as a full dotted name."""
    path = MODULES[module]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = module.split(".")
            package = here if path.name == "__init__.py" else here[:-1]
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                inside = f"{source}.{alias.name}"
                yield inside if inside in MODULES else source


def layer_of(module: str) -> int | None:
    """The layer, by the innermost part of the name that is one."""
    for part in reversed(module.split(".")[1:]):
        if part in LAYERS:
            return LAYERS[part]
    return None


def test_the_modules_are_found():
    assert {"surveys.models.intake", "validation.models", "reports.models"} <= set(
        MODULES
    )
    assert set(MODULES) >= PURE


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_the_apps_below_it(app: str):
    ours = {*APPS, "scorecard_site", "tests"}
    wrong = [
        f"{module} imports {imported}"
        for module in MODULES
        if module.split(".")[0] == app
        for imported in imports_of(module)
        if (top := imported.split(".")[0]) in ours and top not in MAY_IMPORT[app]
    ]
    assert wrong == []


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_pure_core_imports_neither_django_nor_clock_nor_chance(module: str):
    wrong = [
        imported
        for imported in imports_of(module)
        if imported not in PURE
        and imported.split(".")[0] not in PURE_MAY_IMPORT
        # `from surveys import scoring` names the package only to find the module.
        and imported not in {"surveys", "validation"}
    ]
    assert wrong == []


def test_a_layer_imports_only_layers_below_it():
    wrong = [
        f"{module} imports {imported}"
        for module in MODULES
        if (layer := layer_of(module)) is not None
        for imported in imports_of(module)
        if imported.split(".")[0] in APPS
        and (other := layer_of(imported)) is not None
        and other > layer
        and (module, imported) not in AGAINST_THE_STREAM
    ]
    assert wrong == []


def test_what_no_layer_names_imports_no_views():
    """Figures, pages and charts are called by views and never call them."""
    wrong = [
        f"{module} imports {imported}"
        for module in MODULES
        if layer_of(module) is None and not module.endswith(".apps")
        for imported in imports_of(module)
        if imported.split(".")[0] in APPS and layer_of(imported) == LAYERS["views"]
    ]
    assert wrong == []


def test_rows_that_others_refer_to_are_locked_without_their_keys():
    """surveys/locks.py says why; freezing and closing a survey do mean to keep out."""
    meant = {"surveys.setup.services", "validation.baseline"}
    plain = {
        name
        for name, path in MODULES.items()
        if "Scorecard.objects.select_for_update()" in path.read_text("utf-8")
        or "Round.objects.select_for_update()" in path.read_text("utf-8")
        or "RoundGoal.objects.select_for_update()" in path.read_text("utf-8")
    }
    assert plain <= meant
