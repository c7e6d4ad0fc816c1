"""As much of JSON Schema as the report's schema uses; an unknown word of a schema is an error."""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
    "null": (type(None),),
}  # fmt: skip
SAID = {"$schema", "$id", "$defs", "title", "description"}
KNOWN = SAID | {"type", "const", "enum", "pattern", "required", "properties", "additionalProperties", "items", "$ref"}


def flaws(value: Any, schema: dict[str, Any], whole: dict[str, Any] | None = None, where: str = "$") -> list[str]:
    """What of the value is not as the schema says, each with its place."""
    whole = whole or schema
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        return flaws(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, where)
    found = []
    if "type" in schema and not _is_of(value, schema["type"]):
        return [f"{where}: {value!r} is not {schema['type']}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r}")
    if isinstance(value, dict):
        found += _of_object(value, schema, whole, where)
    if isinstance(value, list) and "items" in schema:
        found += [
            flaw
            for index, each in enumerate(value)
            for flaw in flaws(each, schema["items"], whole, f"{where}[{index}]")
        ]
    return found


def _is_of(value: Any, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)


def _of_object(value: dict[str, Any], schema: dict[str, Any], whole: dict[str, Any], where: str) -> list[str]:
    properties, further = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, each in value.items():
        if name in properties:
            found += flaws(each, properties[name], whole, f"{where}.{name}")
        elif further is False:
            found.append(f"{where}.{name} is not known")
        elif isinstance(further, dict):
            found += flaws(each, further, whole, f"{where}.{name}")
    return found
