"""The `.py` beside a resource file: its rule and action functions, read before they are run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from traceback import extract_tb
from types import MappingProxyType, ModuleType
from typing import Any

from app.spec.draft import Draft
from app.spec.faults import Faults, Place, hint, shown_path

# What a rule file may import beside the standard library: the engine's other parts may change under its feet.
ALLOWED = ("app.records.rules", "app.errors", "flask_babel")

# What a function takes, by the number of its arguments.
TAKES = {1: "one argument, the change", 3: "three arguments: the values before, those after, and whom to ask"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_strays(folders: Sequence[Path], faults: Faults) -> None:
    """A `.py` that belongs to no resource would never run."""
    for folder in folders:
        for file in folder.glob("*/*.py"):
            if not file.with_suffix(".yaml").is_file() and file.name != "__init__.py":
                faults.add(file, 1, (), f"belongs to no resource: there is no {file.stem}.yaml beside it")


def read_rules(draft: Draft) -> Mapping[str, Any]:
    """The functions that `rules:` and `run:` name. Reports the ones that are missing, unused or out of bounds.

    The file is run only where reading it found no fault.
    """
    file = draft.rule_file
    named = dict(_named(draft))
    if not file.is_file():
        for name, place in named.items():
            draft.fault(place, f"there is no function {name!r}: no {file.name} beside this file")
        return MappingProxyType({})
    before = len(draft.faults.found)
    tree = _parse(file, draft.faults)
    if tree is not None:
        _check_imports(file, tree, draft.faults)
        _check_functions(draft, tree, named)
    if tree is None or len(draft.faults.found) > before:
        return MappingProxyType({})
    module = _run(file, f"schema.{draft.group}.{file.stem}", draft.faults)
    return MappingProxyType({name: getattr(module, name) for name in named} if module else {})


def _named(draft: Draft) -> Iterator[tuple[str, Place]]:
    for place, name in (*draft.words("rules", "*"), *draft.words("actions", "*", "run"), *draft.words("impact")):
        yield name, place


def _parse(file: Path, faults: Faults) -> ast.Module | None:
    try:
        return ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        faults.add(file, getattr(error, "lineno", None) or 1, (), f"not valid Python: {getattr(error, 'msg', error)}")
        return None


def _check_imports(file: Path, tree: ast.Module, faults: Faults) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." * node.level + (node.module or "")]
        else:
            continue
        for module in modules:
            if module not in ALLOWED and module.partition(".")[0] not in sys.stdlib_module_names:
                faults.add(
                    file, node.lineno, (),
                    f"a rule file may not import {module!r}, only {', '.join(ALLOWED)} and the standard library",
                )  # fmt: skip


def _check_functions(draft: Draft, tree: ast.Module, named: Mapping[str, Place]) -> None:
    file = draft.rule_file
    defined = {node.name: node for node in tree.body if isinstance(node, Function) and not node.name.startswith("_")}
    for name, place in named.items():
        if name not in defined:
            draft.fault(place, f"there is no function {name!r} in {file.name}{hint(name, defined)}")
    for name, node in defined.items():
        if name not in named:
            if draft.broken & {"rules", "actions", "impact"}:
                continue  # it may be named in what could not be read
            owner = shown_path(draft.source.file)
            text = f"no 'rules' or 'run' of {owner} names this function; name it there or call it _{name}"
            draft.faults.add(file, node.lineno, (name,), text)
            continue
        takes = 3 if named[name] == ("impact",) else 1
        if isinstance(node, ast.AsyncFunctionDef) or len(node.args.posonlyargs + node.args.args) != takes:
            draft.faults.add(file, node.lineno, (name,), f"must be a plain function of {TAKES[takes]}")


def _run(file: Path, name: str, faults: Faults) -> ModuleType | None:
    here = str(file.resolve())
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = here
    try:
        SourceFileLoader(name, here).exec_module(module)
    except Exception as error:  # whatever the file does wrong is a fault of the file
        del sys.modules[name]
        lines = [frame.lineno or 1 for frame in extract_tb(error.__traceback__) if frame.filename == here]
        faults.add(file, lines[-1] if lines else 1, (), f"fails when imported: {type(error).__name__}: {error}")
        return None
    return module
