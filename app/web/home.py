"""The address without a path."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose

from app.accounts.addresses import HOME
from app.web.permit import logged_in


class HomeView(BaseView):
    """In the place of FAB's index page: on to the workbench."""

    route_base = ""
    default_view = "home"
    template_folder = None

    @expose("/")
    @logged_in
    def home(self) -> ResponseReturnValue:
        """Whoever is not logged in is led to the login first."""
        return redirect(request.script_root + HOME)
