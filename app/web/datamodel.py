"""What FAB's views need to be constructed, with every door to the database shut."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import g, has_request_context
from flask_appbuilder.models.filters import BaseFilterConverter, Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface


class NoFilters(BaseFilterConverter):
    """FAB's filters are not used: `app.records.search` reads the query string, per request and checked."""

    def convert(self, col_name: str) -> list[Any]:
        return []


class ResourceInterface(SQLAInterface):
    """Tells FAB the columns of a model. Reading and writing go through `app.records` only, where permission, tenant,
    rules and audit are; FAB's own ways past them raise (FAB-NOTES, Isolation).
    """

    filter_converter_class = NoFilters

    def get_search_columns_list(self) -> list[str]:
        """None: FAB stumbles over relations, and would make filters and a search form of whatever it found."""
        return []

    def get_order_columns_list(self, list_columns: list[str] | None = None) -> list[str]:
        return list(list_columns or ())

    def _shut(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("pages and API read by app.records.query and write by app.records.service")

    session = property(_shut)
    query = query_count = query_simple_group = query_month_group = query_year_group = _shut
    apply_all = apply_engine_specific_hack = _shut
    get = get_related_obj = add = edit = delete = delete_all = _shut


class PerRequestFilters:
    """FAB keeps a request's filters on the view, which all threads share: one reader saw another's search (FAB-NOTES).

    Nothing of ours uses them. Should anything of FAB's, each request has its own.
    """

    datamodel: ResourceInterface

    @property
    def _filters(self) -> Filters:
        if not has_request_context():
            return self.datamodel.get_filters()
        kept: dict[int, Filters] = g.setdefault("ucc_fab_filters", {})
        return kept.setdefault(id(self), self.datamodel.get_filters())

    @_filters.setter
    def _filters(self, value: Filters) -> None:
        """FAB's constructor assigns the one it would share; it is dropped."""
