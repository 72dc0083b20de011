"""Looks at, and changes, rows behind the product's back: what an admin, or time, has done meanwhile."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.models.base import db, transaction
from app.tenancy.scope import tenant_scope


def change(app: Flask, tenant_id: int, model: Any, **values: Any) -> None:
    """Sets columns of every row of `model`; the row to change is named by `id` or `user_id` among the values."""
    where = [model.tenant_id == tenant_id] if hasattr(model, "tenant_id") else []
    where += [getattr(model, key) == values.pop(key) for key in ("id", "user_id") if key in values]
    with app.app_context(), tenant_scope(tenant_id), transaction():
        db.session.execute(update(model).where(*where).values(**values))


def stored(app: Flask, tenant_id: int, column: Any, **where: Any) -> list[Any]:
    """The values of a column, of the rows that are meant."""
    model = column.class_
    with app.app_context(), tenant_scope(tenant_id):
        return list(db.session.scalars(select(column).where(*(getattr(model, k) == v for k, v in where.items()))))
