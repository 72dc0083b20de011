"""A company for the contract suite: makes valid records of any resource, and roles with exactly given permissions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.engine import engine
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.base import db, new_id, transaction
from app.models.tenant import Tenant
from app.records import service
from app.records.sight import belonging
from app.spec.model import ResourceSpec
from app.tenancy.scope import tenant_scope
from tests.contract.samples import value, writable
from tests.kit import TenantKit, log_in, new_address

_numbers = itertools.count(1)


@dataclass
class Company:
    kit: TenantKit
    resource: ResourceSpec

    def values(self, resource: ResourceSpec | None = None, *, adding: bool = True) -> dict[str, Any]:
        """A whole valid record as JSON; what it refers to is made."""
        resource = resource or self.resource
        number = next(_numbers)
        return {
            field.name: self.reference(field.to, many=field.kind == "refs") if field.to else value(field, number, place)
            for place, field in enumerate(writable(resource, adding=adding))
        }

    def reference(self, name: str, *, many: bool) -> Any:
        """The id of a record to refer to; of several, a list with one."""
        target = engine_of(self.kit).product.resource(name)
        held = "agent" if self.resource.only else "operator"  # on the agents' page people have a role of agents
        role = self.kit.roles.get(held) if target.model == "role" else None
        found = str(role or self.one_of_few(target) or self.record(target))
        return [found] if many else found

    def one_of_few(self, target: ResourceSpec) -> int | None:
        """Where a company may have only so many records, the one that is there is good enough."""
        if "rows" not in target.limits:
            return None
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            return db.session.scalars(select(engine().models[target.name].id)).first()

    def record(self, resource: ResourceSpec | None = None, **values: Any) -> int:
        """The id of a new record, made by the admin through the write path."""
        resource = resource or self.resource
        values = {**self.values(resource), **values}
        actor = self.kit.actor("admin")
        with self.kit.app.app_context(), tenant_scope(self.kit.id), transaction():
            return service.add(actor, resource, values).id

    def role_with(self, *kinds: str) -> str:
        """The key of a new role that holds exactly these kinds of permission on the resource."""
        key = f"only-{'-'.join(kinds) or 'nothing'}-{next(_numbers)}"
        with self.kit.app.app_context(), tenant_scope(self.kit.id), transaction() as session:
            role = Role(id=new_id(), key=key, name=key)
            session.add(role)
            session.flush()
            found = (
                select(PermissionView.id)
                .join(Permission, Permission.id == PermissionView.permission_id)
                .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
                .where(ViewMenu.name == self.resource.name, Permission.name.in_([f"can_{kind}" for kind in kinds]))
            )
            ids = session.scalars(found).all()
            assert len(ids) == len(kinds), "the permission rows of the resource are there"
            session.add_all(Grant(role_id=role.id, permission_view_id=id) for id in ids)
            session.get_one(Tenant, self.kit.id).permissions_version += 1
            self.kit.roles[key] = role.id
        return key

    def browser(self, *kinds: str) -> FlaskClient:
        """Somebody who holds exactly these kinds, logged in at a browser."""
        return log_in(self.kit, self.role_with(*kinds))

    def admin(self) -> FlaskClient:
        return log_in(self.kit, "admin")

    def program(self, *kinds: str) -> Program:
        return Program(self.kit, self.role_with(*kinds))

    def admin_program(self) -> Program:
        return Program(self.kit, "admin")

    def count(self) -> int:
        """How many records of the resource the company has."""
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            model = engine().models[self.resource.name]
            return len(db.session.execute(select(model.id).where(*belonging(self.resource))).all())

    def of(self, kit: TenantKit) -> Company:
        """The same for another company."""
        return replace(self, kit=kit)


class Program:
    """A program at the REST API, with a token of its own."""

    def __init__(self, kit: TenantKit, role: str) -> None:
        self.client = kit.app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = new_address()
        _, username, password = kit.person(role)
        answer = self.client.post(
            "/api/v1/security/login", json={"tenant": kit.code, "username": username, "password": password}
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.headers = {"Authorization": f"Bearer {answer.json['access_token']}", "Accept-Language": "en"}

    def __call__(self, method: str, path: str, json: Any = None) -> Any:
        return self.client.open(f"/api/v1{path}", method=method, json=json, headers=self.headers)


def engine_of(kit: TenantKit) -> Any:
    return kit.app.extensions["ucc"]
