"""Flask-Admin: a plain ModelView of the flat table. BENCH_COUNT=0 leaves the count away (`simple_list_pager`)."""

from __future__ import annotations

import os
from typing import ClassVar

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import BigInteger, DateTime, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

from bench import pages
from bench.customers.cases import COLUMNS, PAGE


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    gender: Mapped[str] = mapped_column(String(8))
    phone: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(64))
    team: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(64))
    remark: Mapped[str]
    amount: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[object] = mapped_column(DateTime(timezone=True))


class CustomerView(ModelView):
    column_list: ClassVar = list(COLUMNS)
    column_sortable_list: ClassVar = list(COLUMNS)
    column_filters: ClassVar = ["name", "type", "source", "created_at"]
    column_searchable_list: ClassVar = ["phone"]
    column_default_sort = ("created_at", True)
    named_filter_urls = True
    page_size = PAGE
    simple_list_pager = os.environ.get("BENCH_COUNT") == "0"


app = Flask("flask-admin")
app.config["SECRET_KEY"] = "only-for-the-benchmark"
session = scoped_session(sessionmaker(create_engine(os.environ["BENCH_FLAT_URL"])))
admin = Admin(app, name="bench")
admin.add_view(CustomerView(Customer, session, name="Customers", endpoint="customer"))
for page in pages.NAMES:
    admin.add_view(ModelView(Customer, session, name=page, endpoint=page, category="Settings"))


@app.teardown_appcontext
def _done(_fault: object) -> None:
    session.remove()
