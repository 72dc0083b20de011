"""The permission check in front of every page and API method, through FAB's security manager."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask_appbuilder.const import PERMISSION_PREFIX

from app.errors import Denied
from app.web import who

Method = TypeVar("Method", bound=Callable[..., Any])


def permitted(kind: str) -> Callable[[Method], Method]:
    """FAB's `has_access` and `protect` in one, with our errors: refuses unless the reader holds `can_<kind>` on the
    view's `class_permission_name`. FAB finds the permission's name on the method, as it does with its own decorators.

    The method raises NotLoggedIn and Denied; `app.web.errors` makes a page or JSON of them.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
            demand_of(self, kind)
            return method(self, *args, **kwargs)

        checked._permission_name = kind  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def demand_of(view: Any, kind: str) -> None:
    """Raises NotLoggedIn, and Denied unless the reader holds `can_<kind>` on what `view` shows."""
    who.actor()
    name = PERMISSION_PREFIX + kind
    if name not in view.base_permissions or not view.appbuilder.sm.has_access(name, view.class_permission_name):
        raise Denied(view.class_permission_name, kind)


def logged_in(method: Method) -> Method:
    """For what everyone of the tenant may do, and for what is checked further down. Raises NotLoggedIn."""

    @wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        who.actor()
        return method(self, *args, **kwargs)

    return checked  # type: ignore[return-value]
