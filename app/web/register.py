"""From the product to pages and API: one view and one API class per resource, none of them written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app
from flask_appbuilder.const import PERMISSION_PREFIX

from app.accounts.roles import ROLE_MODEL
from app.jobs.import_plans import IMPORT
from app.records.export import EXPORT
from app.records.readers import tracked
from app.spec.model import LOG_MODELS, Product, ResourceSpec
from app.web import account, exporting, import_api, importing, log_view
from app.web.api import ResourceApi
from app.web.datamodel import ResourceInterface
from app.web.definition_form import definition_forms
from app.web.definitions_api import DefinitionsApi
from app.web.definitions_view import DefinitionsView
from app.web.explain import ExplainApi, ExplainView
from app.web.extended import by_reader_in_api, by_reader_on_pages
from app.web.face import Face, make_faces
from app.web.form import make_form
from app.web.home import HomeView
from app.web.jobs import JobsView
from app.web.jobs_all import JobsAllApi, JobsAllView
from app.web.jobs_api import JobsApi
from app.web.menu import ProductMenu
from app.web.openapi_view import OpenApiView
from app.web.own import OwnView
from app.web.palette_view import PaletteView, SearchApi
from app.web.platform import PlatformApi, PlatformView
from app.web.readers_page import ReadersApi, ReadersView
from app.web.revealing import methods_of as revealing
from app.web.roles.api import RoleApi
from app.web.roles.view import RoleView
from app.web.schemas import make_schemas
from app.web.security import ASKS_AGAIN
from app.web.settings_api import SettingsApi
from app.web.settings_view import SettingsView
from app.web.view import ResourceView
from app.web.watching import JobsNewsView
from app.web.workbench import WorkbenchView
from app.web.workbench_api import WorkbenchApi

# FAB's own name for the permission of each of our methods: page and API share them (R2).
PAGE_METHODS: Final = {
    "list": "view", "count": "view", "choices": "view", "show": "view", "timeline": "view",
    "add": "add", "edit": "edit", "delete": "delete", "do": "operate",
    "ask": "operate", "due": "view", "digits": "edit", "digit": "edit", "heirs": "delete",
    "views": "view", "save_view": "view", "delete_view": "view", "rename_view": "view", "update_view": "view",
    "open_view": "view", "choose_columns": "view", "keep_columns": "view",
    "whole": "view", "whole_delete": "delete", "whole_do": "operate",
}  # fmt: skip
API_METHODS: Final = {
    "get_list": "view", "get": "view", "timeline": "view", "choices": "view", "post": "add", "put": "edit",
    "delete": "delete", "delete_several": "delete", "do": "operate",
    "whole": "view", "whole_delete": "delete", "whole_do": "operate",
}  # fmt: skip

REARRANGING: Final = {"rearrange": "edit"}  # of pages and API, where the YAML has it (T3)
BINNING: Final = {"bin": "delete", "binned": "delete", "unbin": "delete", "purge": "delete"}  # where there is a bin
SETTINGS_METHODS: Final = {"show": "view", "save": "edit", "reset": "edit", "impact": "edit"}
SETTINGS_API_METHODS: Final = {"get": "view", "put": "edit", "reset": "edit"}


# Adopted models whose records are more than their fields: what takes the place of the generic pages and API.
VIEWS: Final[Mapping[str, type[ResourceView]]] = {ROLE_MODEL: RoleView, **log_view.VIEWS}
APIS: Final[Mapping[str, type[ResourceApi]]] = {ROLE_MODEL: RoleApi}


def register(chassis: Any, product: Product, models: Mapping[str, type[Any]]) -> None:
    """Adds every page and API to FAB."""
    current_app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese as it is
    chassis.menu = ProductMenu(product)
    account.register(chassis)
    chassis.indexview = chassis.add_view_no_menu(HomeView)
    chassis.add_view_no_menu(WorkbenchView)
    chassis.add_view_no_menu(OwnView)
    chassis.add_view_no_menu(PlatformView)
    chassis.add_api(PlatformApi)
    chassis.add_view_no_menu(JobsView)
    chassis.add_view_no_menu(JobsAllView)
    chassis.add_view_no_menu(JobsNewsView)
    chassis.add_view_no_menu(PaletteView)
    chassis.add_api(JobsApi)
    chassis.add_api(JobsAllApi)
    chassis.add_view_no_menu(ExplainView)
    faces = make_faces(product)
    for name, shown in faces.items():
        resource = product.resource(name)
        if resource.kind == "settings":
            chassis.add_view_no_menu(make_settings_view(resource, shown))
            chassis.add_api(make_settings_api(resource, shown))
            continue
        chassis.add_view_no_menu(make_view(resource, models[name], shown))
        chassis.add_api(make_api(resource, models[name], shown))
    _allow_uploads(product)
    _ask_again(product)
    chassis.add_api(WorkbenchApi)
    chassis.add_api(ExplainApi)
    chassis.add_api(SearchApi)
    chassis.add_api(OpenApiView)


def make_view(resource: ResourceSpec, model: type[Any], faces: Mapping[str, Face]) -> type[ResourceView]:
    """The class of the resource's pages."""
    base = VIEWS.get(resource.model or "", ReadersView if tracked(resource) else ResourceView)
    base = DefinitionsView if resource.extends else base
    return type(
        f"{_camel(resource)}View",
        (base,),
        {
            **_common(
                resource,
                model,
                {
                    **PAGE_METHODS,
                    **_rearranging(resource),
                    **_binning(resource),
                    **_exporting(resource, exporting.KINDS),
                    **_importing(resource, importing.KINDS),
                    **base.more_methods,
                },
            ),
            "faces": faces,
            "route_base": f"/{resource.name}",
            "list_columns": list(resource.list.columns),
            "search_form": make_form(resource, adding=True),
            "add_form": make_form(resource, adding=True),
            "edit_form": make_form(resource, adding=False),
            **by_reader_on_pages(resource),
            **definition_forms(resource),
        },
    )


def make_api(resource: ResourceSpec, model: type[Any], faces: Mapping[str, Face]) -> type[ResourceApi]:
    """The class of the resource's REST API."""
    base = APIS.get(resource.model or "", ReadersApi if tracked(resource) else ResourceApi)
    base = DefinitionsApi if resource.extends else base
    schemas = make_schemas(resource)
    return type(
        f"{_camel(resource)}Api",
        (base,),
        {
            **_common(
                resource,
                model,
                {
                    **API_METHODS,
                    **_rearranging(resource),
                    **_binning(resource),
                    **_exporting(resource, exporting.API_KINDS),
                    **_importing(resource, import_api.KINDS),
                    **base.more_methods,
                },
            ),
            "faces": faces,
            "resource_name": resource.name,
            "list_columns": list(resource.list.columns),
            "list_model_schema": schemas.shown,
            "show_model_schema": schemas.shown,
            "add_model_schema": schemas.adding,
            "edit_model_schema": schemas.editing,
            **by_reader_in_api(resource),
        },
    )


def make_settings_view(resource: ResourceSpec, faces: Mapping[str, Face]) -> type[SettingsView]:
    """The class of the page of a settings resource."""
    return type(
        f"{_camel(resource)}View",
        (SettingsView,),
        {
            **_guarded(resource, SETTINGS_METHODS),
            "faces": faces,
            "route_base": f"/{resource.name}",
            "form_class": make_form(resource, adding=False),
        },
    )


def make_settings_api(resource: ResourceSpec, faces: Mapping[str, Face]) -> type[SettingsApi]:
    """The class of the REST API of a settings resource."""
    return type(
        f"{_camel(resource)}Api",
        (SettingsApi,),
        {
            **_guarded(resource, SETTINGS_API_METHODS),
            "faces": faces,
            "resource_name": resource.name,
            "edit_model_schema": make_schemas(resource).editing,
        },
    )


def _rearranging(resource: ResourceSpec) -> Mapping[str, str]:
    return REARRANGING if resource.rearrange else {}


def _binning(resource: ResourceSpec) -> Mapping[str, str]:
    return {**(BINNING if resource.bin else {}), **revealing(resource)}


def _allow_uploads(product: Product) -> None:
    """The endpoints that take a file to import: their bodies may be as large as the setting says."""
    names = [_camel(resource) for resource in product.resources.values() if IMPORT in resource.can]
    endpoints = {f"{name}{kind}.{importing.UPLOADS}" for name in names for kind in ("View", "Api")}
    current_app.extensions["ucc.uploads"] = frozenset(endpoints)


def _ask_again(product: Product) -> None:
    """The endpoints whose form comes back where its token has expired: `app.web.saving` and the login see to it."""
    names = [_camel(resource) for resource in product.resources.values() if resource.kind != "settings"]
    forms = {f"{name}View.{method}" for name in names for method in ("add", "edit")}
    current_app.extensions[ASKS_AGAIN] = frozenset({"LoginView.login", *forms})


def _importing(resource: ResourceSpec, methods: Mapping[str, str]) -> Mapping[str, str]:
    return methods if IMPORT in resource.can else {}


def _exporting(resource: ResourceSpec, methods: Mapping[str, str]) -> Mapping[str, str]:
    return methods if EXPORT in resource.can else {}


def _common(resource: ResourceSpec, model: type[Any], methods: Mapping[str, str]) -> dict[str, Any]:
    return {
        "datamodel": ResourceInterface(model),
        "include_route_methods": _routes(resource, methods),
        **_guarded(resource, methods),
    }


def _routes(resource: ResourceSpec, methods: Mapping[str, str]) -> set[str]:
    """Of a log, only what looks at it: where there is no route, nothing can be written by one."""
    return {name for name, kind in methods.items() if resource.model not in LOG_MODELS or kind in ("view", "export")}


def _guarded(resource: ResourceSpec, methods: Mapping[str, str]) -> dict[str, Any]:
    return {
        "resource": resource,
        "class_permission_name": resource.name,
        "base_permissions": [PERMISSION_PREFIX + kind for kind in resource.can],
        "method_permission_name": {name: kind for name, kind in methods.items() if kind in resource.can},
    }


def _camel(resource: ResourceSpec) -> str:
    return "".join(word.capitalize() for word in resource.name.split("_"))
