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
from app.records import audit, login_log, service
from app.records.sight import belonging
from app.spec.model import LOG_MODELS, ActionSpec, FieldSpec, ResourceSpec
from app.tenancy.scope import tenant_scope
from tests.contract.samples import scarce, value, writable
from tests.kit import TenantKit, log_in, new_address

_numbers = itertools.count(1)


@dataclass
class Company:
    kit: TenantKit
    resource: ResourceSpec

    @property
    def actions(self) -> dict[str, ActionSpec]:
        """Those that hang on their permission alone; what else others hang on has tests of its own (tests/claiming)."""
        known = self.resource.actions.items()
        return {name: action for name, action in known if not (action.also or action.seats or action.when)}

    def values(self, resource: ResourceSpec | None = None, *, adding: bool = True) -> dict[str, Any]:
        """A whole valid record as JSON; what it refers to is made."""
        resource = resource or self.resource
        number = next(_numbers)
        return {
            field.name: None
            if self.circular(resource, field)
            else self.reference(field.to, many=field.kind == "refs", of=resource)
            if field.to
            else value(field, number, place)
            for place, field in enumerate(writable(resource, adding=adding))
        } | {field.name: self.free(resource, field) for field in writable(resource, adding=adding) if scarce(field)}

    def circular(self, resource: ResourceSpec, field: FieldSpec) -> bool:
        """People who are to refer to the record that is about to be made: who leads a team is in it already."""
        target = engine_of(self.kit).product.resources.get(field.to or "")
        if target is None or field.required or (target.model or target.of) is None:
            return False
        return any(other.to == resource.name for other in target.fields.values())

    def free(self, resource: ResourceSpec, field: FieldSpec) -> int | None:
        """A value that no record has, of a unique field with few of them; None where all are taken."""
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            taken = set(db.session.scalars(select(getattr(engine().models[resource.name], field.name))))
        return next((number for number in range(field.min, field.max + 1) if number not in taken), None)

    def reference(self, name: str, *, many: bool, of: ResourceSpec | None = None) -> Any:
        """The id of a record for one `of` a resource to refer to; of several, a list with one."""
        target = engine_of(self.kit).product.resource(name)
        held = "agent" if (of or self.resource).only else "operator"  # on the agents' page people have a role of agents
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
        if resource.model in LOG_MODELS:
            return self.entry(resource)
        values = {**self.values(resource), **values}
        actor = self.kit.actor("admin")
        with self.kit.app.app_context(), tenant_scope(self.kit.id), transaction():
            return service.add(actor, resource, values).id

    def entry(self, resource: ResourceSpec) -> int:
        """The id of a new entry of a log: the product writes them, nobody adds one."""
        number = next(_numbers)
        with self.kit.app.test_request_context(environ_base={"REMOTE_ADDR": new_address()}), tenant_scope(self.kit.id):
            with transaction():
                if resource.model == "login":
                    login_log.note(self.kit.id, "logout", username=f"someone{number}")
                else:
                    record = (new_id(), f"记录{number}")
                    audit.enter(self.kit.actor("admin"), resource, "edit", record, after={"action": "add"})
            model = engine().models[resource.name]
            return db.session.scalars(select(model.id).order_by(model.seq.desc())).first()

    def role_with(self, *kinds: str) -> str:
        """The key of a new role that holds exactly these kinds of permission on the resource."""
        key = f"only-{'-'.join(kind[:3] for kind in kinds) or 'nothing'}"[:24] + f"-{next(_numbers)}"
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

    def room(self, wanted: int) -> int:
        """How many records more may be added, at most `wanted`."""
        most = self.resource.limits.get("rows")
        return wanted if most is None else min(wanted, most - self.count())

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
