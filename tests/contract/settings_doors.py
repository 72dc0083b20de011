"""Every page, button and request that a settings resource has, and the permission each takes."""

from __future__ import annotations

from typing import Any

from tests.contract.company import Company


def page_url(company: Company) -> str:
    return f"/{company.resource.name}/"


def api_url(company: Company) -> str:
    """Below /api/v1."""
    return f"/{company.resource.name}/"


def settings_doors(company: Company) -> list[tuple[str, str, dict[str, Any], str]]:
    """(method, address, form, permission that it takes)."""
    some = next(iter(company.resource.fields))
    found: list[tuple[str, str, dict[str, Any], str]] = [
        ("GET", page_url(company), {}, "view"),
        ("POST", page_url(company), {}, "edit"),
        ("POST", f"{page_url(company)}reset", {"reset": some}, "edit"),
        ("POST", f"{page_url(company)}impact", {}, "edit"),
    ]
    return [door for door in found if door[3] in company.resource.can]


def settings_requests(company: Company) -> list[tuple[str, str, Any, str]]:
    """(method, address, body, permission that it takes)."""
    some = next(iter(company.resource.fields))
    found: list[tuple[str, str, Any, str]] = [
        ("GET", api_url(company), None, "view"),
        ("PUT", api_url(company), {}, "edit"),
        ("POST", f"{api_url(company)}reset", {"fields": [some]}, "edit"),
    ]
    return [entry for entry in found if entry[3] in company.resource.can]
