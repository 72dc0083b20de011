"""The shape of the code itself: imports go down only, and never hide inside a function (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Migrations are scripts that Alembic runs: they belong to no layer.
SOURCES = sorted(path for path in (ROOT / "app").rglob("*.py") if "migrations" not in path.parts)

# From the ground up. A module may import from its own layer and from those before it.
LAYERS = (
    ("app.errors", "app.labels", "app.sheets"),
    ("app.fields",),
    ("app.spec",),
    ("app.access", "app.tenancy.scope"),
    ("app.tenancy",),
    ("app.models", "app.engine"),
    ("app.records", "app.jobs.queue", "app.jobs.begun"),
    ("app.accounts",),
    ("app.jobs",),
    ("app.web", "app.chassis"),
    ("app",),
)
RULE_FILES_MAY_IMPORT = ("app.records.rules", "app.errors", "flask_babel")


def layer_of(module: str) -> int:
    best, depth = len(LAYERS) - 1, 0
    for index, packages in enumerate(LAYERS):
        for package in packages:
            if (module == package or module.startswith(package + ".")) and len(package) > depth:
                best, depth = index, len(package)
    return best


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import that runs; those for type checkers alone do not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
        yield from imports(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    own = layer_of(module_of(path))
    found = [
        f"{path.name}:{line} imports {name}"
        for line, name in imports(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("app") and layer_of(name) > own
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_hides_in_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = [f"{path.name}:{line} imports {name}" for function in functions for line, name in imports(function)]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "schema").rglob("*.py")), ids=lambda path: path.stem)
def test_rule_files_import_only_what_rules_need(path: Path) -> None:
    names = [name for _line, name in imports(ast.parse(path.read_text(encoding="utf-8")))]
    assert [
        name for name in names if name.startswith(("app", "flask", "sqlalchemy")) and name not in RULE_FILES_MAY_IMPORT
    ] == []


def test_top_level_is_what_the_product_promises() -> None:
    """K3: these names and no surprises among them."""
    for name in ("app", "config.py", "schema", "translations", "tests", "run.py", "pyproject.toml"):
        assert (ROOT / name).exists(), name
