"""Stock Flask-AppBuilder 5.3: its own templates, its own configuration, a plain ModelView of a flat table.

The table holds the same people and, so that indexes are not what is compared, the same indexes as ours.
It runs in processes of its own: ours adapts FAB's user and role tables in place.
"""

from __future__ import annotations

import os
import sys
from typing import ClassVar

import psycopg
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import relationship

from bench import pages
from bench.users.cases import STOCK_ADMIN
from bench.users.people import ROLES, people


class PersonRole(Model):
    __tablename__ = "person_role"
    id = Column(Integer, primary_key=True)
    name = Column(String(64), unique=True, nullable=False)

    def __repr__(self) -> str:
        return self.name


class Person(Model):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    username = Column(String(128), unique=True, nullable=False)
    name = Column(String(64), nullable=False)
    phone = Column(String(32), nullable=False)
    email = Column(String(320), nullable=False)
    active = Column(Boolean, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False)
    last_login_at = Column(DateTime(timezone=True))
    role_id = Column(Integer, ForeignKey("person_role.id"), nullable=False)
    role = relationship(PersonRole)


for column in (Person.name, Person.phone, Person.email, Person.created_at, Person.last_login_at, Person.role_id):
    Index(f"ix_person_{column.key}", column, Person.id)


class PersonView(ModelView):
    datamodel = SQLAInterface(Person)
    list_columns: ClassVar = ["username", "name", "role", "phone", "email", "active", "last_login_at", "created_at"]
    search_columns: ClassVar = ["username", "role", "name", "phone", "email", "active"]
    base_order = ("created_at", "desc")
    page_size = 25


def build() -> Flask:
    app = Flask("stock")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=os.environ["BENCH_STOCK_URL"],
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
        builder.add_view(PersonView, "People", category="Settings")
        for name in pages.NAMES:
            view = type(name, (ModelView,), {"datamodel": SQLAInterface(PersonRole)})
            builder.add_view(view, name, category="Settings")
    return app


def fill(users: int) -> None:
    """The same people as ours, and an admin."""
    app = build()
    with app.app_context():
        manager = app.appbuilder.sm
        username, password = STOCK_ADMIN
        manager.add_user(username, "Admin", "", "admin@example.cn", manager.find_role("Admin"), password)
    columns = "username, name, phone, email, active, created_at, last_login_at, role_id"
    with psycopg.connect(os.environ["BENCH_STOCK_URL"].replace("+psycopg", ""), autocommit=True) as connection:
        for number, role in enumerate(ROLES, 1):
            connection.execute("INSERT INTO person_role VALUES (%s, %s)", (number, role))
        with connection.cursor().copy(f"COPY person ({columns}) FROM STDIN") as copy:
            for person in people(users):
                copy.write_row((
                    person["username"], person["name"], person["phone"], person["email"], person["active"],
                    person["joined"], person["seen"], ROLES.index(person["role"]) + 1,
                ))  # fmt: skip
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
