"""What of Flask-AppBuilder is reachable: what we made of it, and nothing else (FAB-NOTES)."""

from __future__ import annotations

import inspect

import pytest
from flask import Flask
from flask_appbuilder import ModelRestApi, ModelView
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseModelView, BaseView
from flask_appbuilder.models.sqla.interface import SQLAInterface

from app.spec.model import PERMISSIONS
from app.web.api import ResourceApi
from app.web.datamodel import ResourceInterface
from app.web.view import ResourceView


def views(app: Flask) -> list[BaseView | BaseApi]:
    return list(app.extensions["appbuilder"].baseviews)


def test_no_view_of_fabs_own_is_registered(app: Flask) -> None:
    for view in views(app):
        assert type(view).__module__.startswith("app."), f"{type(view)} is Flask-AppBuilder's own"
        if isinstance(view, ModelView | BaseModelView):
            assert isinstance(view, ResourceView)
        if isinstance(view, ModelRestApi):
            assert isinstance(view, ResourceApi)


def test_no_interface_of_fabs_own_is_used_and_ours_has_no_way_to_the_database(app: Flask) -> None:
    models = [view.datamodel for view in views(app) if hasattr(view, "datamodel")]
    assert len(models) >= 4
    for model in models:
        assert type(model) is ResourceInterface
        for name in ("query", "query_count", "get", "get_related_obj", "add", "edit", "delete", "delete_all"):
            with pytest.raises(RuntimeError):
                getattr(model, name)()
        with pytest.raises(RuntimeError):
            _ = model.session


def test_every_method_of_fabs_interface_that_opens_the_session_is_shut() -> None:
    opening = {
        name
        for name, method in inspect.getmembers(SQLAInterface, inspect.isfunction)
        if ".session" in inspect.getsource(method) and not name.startswith("_")
    }
    assert opening
    for name in opening:
        assert getattr(ResourceInterface, name) is not getattr(SQLAInterface, name), name


@pytest.mark.parametrize(
    "path",
    [
        "/back", "/lang/en", "/api/v1/menu/", "/swagger/v1", "/api/v2/_openapi", "/users/list/", "/roles/list/",
        "/userinfo/", "/resetmypassword/form", "/resetpassword/form?pk=1", "/userstatschartview/chart/",
        "/user/list/", "/user/download/secret_key", "/user/action/delete/1", "/user/delete/1", "/user/show/1",
        "/user/edit/1", "/api/v1/user/_info", "/api/v1/security/roles/", "/api/v1/security/users/",
        "/static/appbuilder/css/ab.css", "/registeruser/form", "/login/github", "/oauth-authorized/x",
    ],
)  # fmt: skip
def test_fabs_routes_are_gone(app: Flask, site: object, path: str) -> None:
    assert site.client.get(path).status_code == 404  # type: ignore[attr-defined]


def test_every_route_is_one_of_ours(app: Flask) -> None:
    ours = {"list", "count", "choices", "show", "add", "edit", "delete", "heirs", "do",
            "views", "save_view", "delete_view", "open_view", "rename_view", "update_view",
            "choose_columns", "keep_columns", "ask", "digit", "digits", "due", "timeline", "export", "export_form",
            "whole", "whole_do", "whole_delete",
            "get_list", "get", "post", "put", "delete_several"}  # fmt: skip
    for rule in app.url_map.iter_rules():
        view, _dot, method = rule.endpoint.partition(".")
        if view.endswith(("View", "Api")) and view.removesuffix("View").removesuffix("Api") in ("User", "Gadget"):
            assert method in ours or method.startswith("import_"), rule


def test_page_and_api_share_the_permissions_of_the_twelve_kinds(app: Flask) -> None:
    for view in views(app):
        if not isinstance(view, ResourceView | ResourceApi):
            continue
        kinds = [name.removeprefix("can_") for name in view.base_permissions]
        assert kinds == list(view.resource.can)
        assert set(kinds) <= set(PERMISSIONS)
        assert view.class_permission_name == view.resource.name
        for method in view.include_route_methods:
            if hasattr(getattr(view, method), "_permission_name"):
                assert getattr(view, method)._permission_name in PERMISSIONS


def test_no_api_is_exempt_from_csrf(app: Flask) -> None:
    assert all(not view.csrf_exempt for view in views(app) if isinstance(view, BaseApi))
    assert not app.extensions["csrf"]._exempt_blueprints


def test_no_template_of_fabs_is_rendered(app: Flask) -> None:
    with pytest.raises(Exception, match="appbuilder"):
        app.jinja_env.get_template("appbuilder/base.html")
