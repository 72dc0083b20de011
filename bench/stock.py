"""Stock Flask-AppBuilder 5.3: its own users page over its own user tables, as it comes.

The documented way to add a column gives it the phone number. It holds the same people and, so that indexes are not
what is compared, the same indexes as ours. It runs in processes of its own: ours adapts FAB's tables in place.
"""

from __future__ import annotations

import os
import sys
from typing import ClassVar

import psycopg
from flask import Flask
from flask_appbuilder import AppBuilder, Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import User
from flask_appbuilder.security.views import UserDBModelView
from sqlalchemy import Column, Index, String

from bench.cases import FIRST_ROLE, STOCK_ADMIN
from bench.people import ROLES, people


class Person(User):
    __tablename__ = "ab_user"
    phone = Column(String(32))


for column in (Person.first_name, Person.phone, Person.created_on, Person.last_login):
    Index(f"ix_person_{column.key}", column, Person.id)


class PersonView(UserDBModelView):
    list_columns: ClassVar = [*UserDBModelView.list_columns, "phone", "last_login", "created_on"]
    search_columns: ClassVar = [*UserDBModelView.search_columns, "phone"]
    base_order = ("created_on", "desc")
    page_size = 25


class PersonManager(SecurityManager):
    user_model = Person
    userdbmodelview = PersonView


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
        AppBuilder(app, db.session, security_manager_class=PersonManager)
    return app


def fill(users: int) -> None:
    """The same people as ours, and an admin."""
    app = build()
    with app.app_context():
        manager = app.appbuilder.sm
        username, password = STOCK_ADMIN
        manager.add_user(username, "Admin", "", "admin@example.cn", manager.find_role("Admin"), password)
    columns = "id, username, first_name, last_name, phone, email, active, created_on, last_login"
    with psycopg.connect(os.environ["BENCH_STOCK_URL"].replace("+psycopg", ""), autocommit=True) as connection:
        for number, role in enumerate(ROLES, FIRST_ROLE):
            connection.execute("INSERT INTO ab_role (id, name) VALUES (%s, %s)", (number, f"bench {role}"))
        with connection.cursor().copy(f"COPY ab_user ({columns}) FROM STDIN") as copy:
            for number, person in enumerate(people(users), 100):
                email = person["email"] or f"{person['username']}@none.example"  # stock: never empty, never twice
                copy.write_row((
                    number, person["username"], person["name"], "", person["phone"], email, person["active"],
                    person["joined"], person["seen"],
                ))  # fmt: skip
        with connection.cursor().copy("COPY ab_user_role (id, user_id, role_id) FROM STDIN") as copy:
            for number, person in enumerate(people(users), 100):
                copy.write_row((number, number, FIRST_ROLE + ROLES.index(person["role"])))
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
