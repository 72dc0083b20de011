"""Pages and API of a resource that companies extend (F2): what differs from company to company is looked up by reader.

The view's attributes are the same as those of any other view; each is made once per state of a company's fields and
remembered. Other views have plain attributes and pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from flask import has_request_context

from app.labels import LOCALES
from app.records import custom
from app.spec.model import ResourceSpec
from app.web import who
from app.web.face import Face
from app.web.form import ResourceForm, make_form
from app.web.schemas import Schemas, make_schemas

REMEMBERED: Final = 512  # of each: companies whose people are at work


class ByReader:
    """An attribute that `make` makes from the resource as the reader's company has extended it."""

    def __init__(self, resource: ResourceSpec, make: Callable[[ResourceSpec], Any]) -> None:
        self.resource = resource
        self.make = make

    def __get__(self, view: object | None, owner: type | None = None) -> Any:
        """As the YAML has it for the class itself, and where nobody is logged in."""
        actor = who.known() if view is not None and has_request_context() else None
        return self.make(self.resource if actor is None else custom.of(actor, self.resource))


def by_reader_on_pages(resource: ResourceSpec) -> dict[str, Any]:
    """What takes the place of a page view's attributes; nothing where the resource is the same for everyone."""
    if resource.extensible is None and not resource.masks:
        return {}
    return {
        "resource": ByReader(resource, _itself),
        "faces": ByReader(resource, faces_of),
        "add_form": ByReader(resource, add_form_of),
        "edit_form": ByReader(resource, edit_form_of),
    }


def by_reader_in_api(resource: ResourceSpec) -> dict[str, Any]:
    """As `by_reader_on_pages`, for the API."""
    if resource.extensible is None and not resource.masks:
        return {}
    return {
        "resource": ByReader(resource, _itself),
        "faces": ByReader(resource, faces_of),
        "add_model_schema": ByReader(resource, lambda found: schemas_of(found).adding),
        "edit_model_schema": ByReader(resource, lambda found: schemas_of(found).editing),
    }


def _itself(resource: ResourceSpec) -> ResourceSpec:
    return resource


@lru_cache(REMEMBERED)
def faces_of(resource: ResourceSpec) -> Mapping[str, Face]:
    return {locale: Face(resource, locale) for locale in LOCALES}


@lru_cache(REMEMBERED)
def add_form_of(resource: ResourceSpec) -> type[ResourceForm]:
    return make_form(resource, adding=True)


@lru_cache(REMEMBERED)
def edit_form_of(resource: ResourceSpec) -> type[ResourceForm]:
    return make_form(resource, adding=False)


@lru_cache(REMEMBERED)
def schemas_of(resource: ResourceSpec) -> Schemas:
    return make_schemas(resource)
