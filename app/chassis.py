"""Flask-AppBuilder, cut down to what serves us: no view of its own is registered (FAB-NOTES)."""

from __future__ import annotations

from flask_appbuilder import AppBuilder


class Chassis(AppBuilder):
    """FAB without its index, utility, language and menu views, and without start-up permission writes."""

    def _add_admin_views(self) -> None:
        # FAB would add an index page, GET /lang/<locale>, a menu API and every security page.
        self.sm.register_views()

    def _add_global_static(self) -> None:
        """Nothing: FAB's jQuery, Bootstrap 3 and templates are not served."""

    def _add_global_filters(self) -> None:
        """Nothing: FAB's template filters are for FAB's templates."""

    def add_permissions(self, update_perms: bool = False) -> None:
        """Nothing: permission rows are written by `ucc schema migrate`, never by a starting worker."""

    def _add_menu_permissions(self, update_perms: bool = False) -> None:
        """Nothing: our menu is made from the product and the reader's grants, not from FAB's menu rows."""
