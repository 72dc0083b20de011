"""Flask-AppBuilder's security manager, made tenant-aware and quiet: nothing of FAB's own security is reachable.

FAB asks it who the user is and what they may; both are answered from the `Actor`, with no query. What FAB would write
(roles, users, permissions at start) has a path of its own here, so those methods refuse.
"""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Flask, Request, current_app, request
from flask_appbuilder.security.sqla.manager import SecurityManager as FabSecurityManager
from flask_limiter import Limiter
from flask_login import LoginManager

from app.access import Actor
from app.accounts import gate, keys, limits, sessions, tokens
from app.accounts.api import SecurityApi
from app.accounts.headers import api_key, bears_credentials, jwt
from app.accounts.language import BabelManager
from app.accounts.permissions import allowed, visible_menus
from app.errors import NotLoggedIn


class SecurityManager(FabSecurityManager):
    """One instance per application, made by the chassis."""

    security_api = SecurityApi
    before_request = staticmethod(gate.admit)

    def __init__(self, appbuilder: Any) -> None:
        tokens.configure(current_app)
        # FAB's own __init__ would wire up its user and role pages and write an Admin and a Public role.
        super(FabSecurityManager, self).__init__(appbuilder)

    # --- what FAB sets up
    def create_login_manager(self, app: Flask) -> LoginManager:
        manager = LoginManager(app)
        manager.session_protection = None  # it compares browser and address; our session rows do the work
        manager.user_loader(self.load_user)
        manager.request_loader(self.load_user_from_headers)
        return manager

    def create_jwt_manager(self, app: Flask) -> Any:
        manager = super().create_jwt_manager(app)
        for refuse in (manager.unauthorized_loader, manager.invalid_token_loader):
            refuse(_not_logged_in)
        for refuse in (manager.expired_token_loader, manager.user_lookup_error_loader):
            refuse(_not_logged_in)
        return manager

    def create_limiter(self, app: Flask) -> Limiter:
        return limits.create_limiter(app)

    def register_views(self) -> None:
        """The API of login, tokens and keys; the pages are `app.web.account`'s. No view of FAB's."""
        self.appbuilder.bm = BabelManager(self.appbuilder)
        self.appbuilder.add_api(self.security_api)

    def create_db(self) -> None:
        """Nothing: tables come from migrations, roles with a tenant."""

    # --- who is it
    def load_user(self, pk: object) -> Actor | None:
        """The actor of the cookie's login. A request that bears credentials is answered for those alone."""
        return None if bears_credentials(request) else sessions.load(pk, sessions.WEB)

    def load_user_from_headers(self, sent: Request) -> Actor | None:
        """The actor of an API key or a JSON web token."""
        key, token = api_key(sent), jwt(sent)
        if key is not None:
            return keys.load(key)
        return tokens.load(token) if token is not None else None

    def load_user_jwt(self, _jwt_header: object, jwt_data: dict[str, Any]) -> Actor | None:
        """FAB's `protect()` verifies the token a second time: it must give whom `load_user_from_headers` gave."""
        actor = gate.person()
        return actor if actor is not None and jwt_data.get("sub") == actor.get_id() else None

    def validate_api_key(self, api_key_string: str) -> Actor | None:
        return gate.person()

    # --- may they
    def has_access(self, permission_name: str, view_name: str) -> bool:
        return self._has_view_access(gate.person(), permission_name, view_name)

    def _has_view_access(self, user: object, permission_name: str, view_name: str) -> bool:
        return isinstance(user, Actor) and allowed(user, permission_name, view_name)

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is: FAB would ask the database for a Public role's permissions at every check."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        return self._get_user_permission_view_menus(gate.person(), "menu_access", menu_names or [])

    def _get_user_permission_view_menus(
        self, user: object, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        return visible_menus(user, view_menus_name) if isinstance(user, Actor) else set()

    def get_user_roles(self, user: object) -> list[Any]:
        return []

    def get_public_role(self) -> None:
        return None

    def get_public_permissions(self) -> list[Any]:
        return []

    # --- FAB's own ways in, closed
    def auth_user_db(self, username: str, password: str) -> None:
        """Never a user: FAB would look in every tenant, and take an email for a login name."""

    def find_user(self, username: str | None = None, email: str | None = None) -> Any:
        """The user of the tenant in scope with this login name. Nobody is found by email: it is not unique."""
        return super().find_user(username=username) if username else None

    def add_permissions_view(self, base_permissions: list[str], view_menu: str) -> None:
        """Nothing at start: `ucc schema migrate` writes all permission rows at once (`permissions.sync`)."""

    def add_permissions_menu(self, view_menu_name: str) -> None:
        """As `add_permissions_view`."""

    def security_cleanup(self, baseviews: Any, menus: Any) -> NoReturn:
        raise self._refusal("security_cleanup")

    def security_converge(self, baseviews: Any, menus: Any, dry: bool = False) -> NoReturn:
        raise self._refusal("security_converge")

    def add_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("add_user")

    def update_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("update_user")

    def delete_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("delete_user")

    def reset_password(self, userid: object, password: str) -> NoReturn:
        raise self._refusal("reset_password")

    def add_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("add_role")

    def update_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("update_role")

    def delete_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._refusal("delete_role")

    def _refusal(self, method: str) -> RuntimeError:
        return RuntimeError(f"{method} is not how this product writes: use app.records.service or the `ucc` command")


def _not_logged_in(*_args: object) -> Any:
    """Flask-JWT-Extended asks from inside its error handlers, where a raised error would be a 500."""
    return current_app.handle_user_exception(NotLoggedIn())
