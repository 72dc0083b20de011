"""The `.py` beside a resource file: its rule and action functions."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from inspect import isfunction
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any


def load_functions(draft: Any) -> Mapping[str, Any]:
    """The public functions of the rule file, by name; none where there is no such file."""
    file = draft.source.file.with_suffix(".py")
    if not file.is_file():
        return MappingProxyType({})
    name = f"schema.{draft.group}.{file.stem}"
    module = _import(name, file)
    return MappingProxyType(
        {key: item for key, item in vars(module).items()
         if isfunction(item) and item.__module__ == name and not key.startswith("_")}
    )  # fmt: skip


def _import(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
