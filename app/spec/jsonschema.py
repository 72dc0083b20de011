"""JSON Schemas of the files under `schema/`, made from schema.py, so that editors complete and check while one types.

A file names its schema on its first line: `# yaml-language-server: $schema=../resource.schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any

from app.fields import kinds
from app.spec.check_fields import COMMON, NEEDED
from app.spec.field_keys import FieldKeys
from app.spec.keys import NAME, Flag, Key, Many, Named, Part, Text, Whole, Worded, keys_of
from app.spec.match_keys import WORDS, Wanted
from app.spec.schema import MENU_FILE, PRESET_FILE, RESOURCE_FILE, ROLE_FILE, TEMPLATE_FILE, ActionKeys, ResourceKeys

# Draft 7 is what the YAML language server understands in full.
DIALECT = "http://json-schema.org/draft-07/schema#"

FILES: Mapping[str, Key] = MappingProxyType(
    {
        "resource.schema.json": RESOURCE_FILE,
        "presets.schema.json": PRESET_FILE,
        "menu.schema.json": MENU_FILE,
        "roles.schema.json": ROLE_FILE,
        "template.schema.json": TEMPLATE_FILE,
    }
)

Json = dict[str, Any]


def text_of(file: str) -> str:
    """What `schema/<file>` should hold. Raises KeyError where it is none of FILES."""
    return json.dumps(json_schema(FILES[file]), ensure_ascii=False, indent=1) + "\n"


def json_schema(root: Key) -> Json:
    """The JSON Schema of a file whose whole content is `root`."""
    definitions: Json = {}
    content = _content(root, definitions)
    return {"$schema": DIALECT, "definitions": definitions} | (content if "type" in content else {"allOf": [content]})


def _content(key: Key, definitions: Json) -> Json:
    """What may stand at `key`. The schemas met on the way go to `definitions`."""
    match key:
        case Many(item=item, least=least, most=most):
            size = {"minItems": least} | ({} if most is None else {"maxItems": most})
            return {"type": "array", **size, "uniqueItems": True, "items": _content(item, definitions)}
        case Named(item=item, least=least):
            names = {"pattern": f"^{NAME.pattern}$"}
            items = _content(item, definitions)
            return {"type": "object", "minProperties": least, "propertyNames": names, "additionalProperties": items}
        case Part(schema=schema):
            name = schema.__name__.removesuffix("Keys")
            if name not in definitions:
                definitions[name] = {}  # keeps its place: schemas come in the order they are met
                definitions[name] |= _object(key, definitions)
            return {"$ref": f"#/definitions/{name}"}
        case Wanted():
            values: Json = {"type": ["string", "number", "boolean"]}
            return {"anyOf": [{"enum": list(WORDS)}, {"type": "object", "additionalProperties": values}]}
    return _scalar(key)


def _scalar(key: Key) -> Json:
    match key:
        case Flag():
            return {"type": "boolean"}
        case Whole(least=least):
            return {"type": "integer"} if least is None else {"type": "integer", "minimum": least}
        case Text(among=among) if among:
            return {"enum": list(among)}
        case Text(shape=shape):
            return {"type": "string", "pattern": f"^{shape.pattern}$" if shape else r"\S"}
    more = [word for word, there in (("null", key.allow_none), ("object", isinstance(key, Worded))) if there]
    return {"type": ["string", "number", "boolean", "array", *more]}


def _object(part: Part, definitions: Json) -> Json:
    keys = keys_of(part.schema)
    required = [name for name, key in keys.items() if key.required and not part.partial]
    found: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _described(key, definitions) for name, key in keys.items()},
    }
    if part.schema is FieldKeys:
        return found | {"allOf": [{"anyOf": [{"required": ["preset"]}, {"required": required}]}, *_by_kind()]}
    if part.schema is ActionKeys:
        ways = ("set", "run", "take")
        found["anyOf"] = [{"required": [name]} for name in (*ways, "ask")]
        found["allOf"] = [{"not": {"required": list(pair)}} for pair in combinations(ways, 2)]
    if part.schema is ResourceKeys:  # a second page has the fields of what it shows
        required.remove("fields")
        found["oneOf"] = [{"required": ["fields"]}, {"required": ["of"]}]
    return found | ({"required": required} if required else {})


def _described(key: Key, definitions: Json) -> Json:
    text = " · ".join(filter(None, (key.zh, key.en, key.default_text and f"default: {key.default_text}")))
    content = _content(key, definitions)
    # What stands beside a "$ref" is ignored in draft 7.
    return {"description": text} | ({"allOf": [content]} if "$ref" in content else content)


def _by_kind() -> list[Json]:
    """What a field of each kind may not have, and what it must have unless a preset may supply it."""
    rules: list[Json] = []
    for kind in kinds.values():
        is_kind: Json = {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]}
        no_preset: Json = {"not": {"required": ["preset"]}}
        foreign = [name for name in keys_of(FieldKeys) if name not in COMMON | kind.attributes]
        rules.append({"if": is_kind, "then": {"properties": dict.fromkeys(foreign, False)}})
        if needed := [name for name in NEEDED if name in kind.attributes]:
            then = {"allOf": [_given(name, kind.attributes) for name in needed]}
            rules.append({"if": {"allOf": [is_kind, no_preset]}, "then": then})
    return rules


def _given(name: str, known: Collection[str]) -> Json:
    """`name` stands there, or what may take its place."""
    other = f"{name}_of"
    return {"anyOf": [{"required": [name]}, {"required": [other]}]} if other in known else {"required": [name]}
