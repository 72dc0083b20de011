"""Stock Flask-AppBuilder: its own templates and configuration, a plain ModelView of a flat table."""

from __future__ import annotations

import logging
import os
import sys
from typing import ClassVar

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import BigInteger, Column, DateTime, Integer, String, Text

from bench import pages
from bench.customers.cases import ADMIN, COLUMNS, PAGE


class Customer(Model):
    __tablename__ = "customer"
    id = Column(BigInteger, primary_key=True)
    name = Column(String(64), nullable=False)
    gender = Column(String(8), nullable=False)
    phone = Column(String(32), nullable=False)
    type = Column(String(64), nullable=False)
    team = Column(String(64), nullable=False)
    agent = Column(String(64), nullable=False)
    remark = Column(Text, nullable=False)
    amount = Column(Integer)
    source = Column(String(64), nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False)


class CustomerView(ModelView):
    datamodel = SQLAInterface(Customer)
    list_columns: ClassVar = list(COLUMNS)
    search_columns: ClassVar = ["name", "phone", "type", "created_at", "source"]
    base_order = ("created_at", "desc")
    page_size = PAGE


def build() -> Flask:
    logging.getLogger("flask_appbuilder").setLevel(logging.ERROR)
    app = Flask("stock")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=os.environ["BENCH_FLAT_URL"],
        SECRET_KEY="only-for-the-benchmark",
        WTF_CSRF_ENABLED=True,
        LANGUAGES={"en": {"flag": "gb", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}},
        BABEL_DEFAULT_LOCALE="zh",
    )
    db = SQLA()
    db.init_app(app)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        builder = AppBuilder(app, db.session)
        builder.add_view(CustomerView, "Customers", category="Settings")
        for name in pages.NAMES:
            view = type(name, (ModelView,), {"datamodel": SQLAInterface(Customer)})
            builder.add_view(view, name, category="Settings")
    return app


def prepare() -> None:
    """An admin."""
    app = build()
    with app.app_context():
        manager, (username, password) = app.appbuilder.sm, ADMIN
        if manager.find_user(username) is None:
            manager.add_user(username, "Admin", "", "admin@example.cn", manager.find_role("Admin"), password)


if __name__ == "__main__":
    prepare()
    sys.exit()
