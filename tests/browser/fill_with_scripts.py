"""Fills the demo company of UCC_INSTANCE with payloads, through the service; prints the ids by resource as JSON.

A process of its own: the product under test serves the same database.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import create_app
from app.access import Actor, system_actor
from app.accounts.tenants import find_tenant
from app.engine import engine
from app.errors import Conflict, InUse, Invalid
from app.fields import kind_of
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records import service
from app.spec.model import FieldSpec, ResourceSpec
from app.tenancy.scope import tenant_scope
from tests.browser.scripts import PAYLOADS
from tests.contract.samples import value, writable

TEXTS = ("text", "longtext", "richtext")
_turn = itertools.cycle(PAYLOADS)
_numbers = itertools.count(1)


def payload(field: FieldSpec) -> str | None:
    """The next payload that the field takes; cut where the field is short, as an attacker would."""
    for raw in itertools.islice(_turn, len(PAYLOADS)):
        for typed in (raw, raw[: field.max or len(raw)]):
            try:
                if kind_of(field).clean(field, typed, kind_reader):
                    return typed
            except ValueError:
                continue
    return None


def values(resource: ResourceSpec, made: dict[str, list[int]], roles: dict[str, int]) -> dict[str, Any]:
    number = next(_numbers)
    found: dict[str, Any] = {}
    for place, field in enumerate(writable(resource, adding=True)):
        if field.to:
            target = engine().product.resource(field.to)
            ids = [roles["agent"]] if target.model == "role" else made[field.to][-1:]
            if field.required or (resource.workbench is None and ids):
                found[field.name] = ids if field.kind == "refs" else ids[0]
            continue
        typed = payload(field) if field.kind in TEXTS and not field.pattern else None
        found[field.name] = value(field, number, place) if typed is None else typed
    if resource.workbench and resource.workbench.acknowledge:
        found[resource.workbench.acknowledge] = False  # the workbench itself is to be seen
    if resource.workbench and resource.workbench.since:
        found.pop(resource.workbench.since, None)
    return found


def order(resources: dict[str, ResourceSpec]) -> Iterator[ResourceSpec]:
    """What others refer to comes first."""
    left = dict(resources)
    while left:
        ready = [r for r in left.values() if all(f.to not in left or f.to == r.name for f in r.fields.values())]
        for resource in ready or list(left.values())[:1]:
            yield left.pop(resource.name)


def fill(actor: Actor, roles: dict[str, int]) -> dict[str, list[int]]:
    """As many records as there are payloads for each page, fewer where the page allows fewer."""
    made: dict[str, list[int]] = defaultdict(list)
    pages = {n: r for n, r in engine().product.resources.items() if r.page and r.kind == "records" and "add" in r.can}
    for resource in order(pages):
        refused = 0
        for _payload in PAYLOADS:
            try:
                with transaction():
                    made[resource.name].append(service.add(actor, resource, values(resource, made, roles)).id)
            except (Invalid, InUse, Conflict):
                refused += 1  # the page has its own limits: ten types, seven fields
                if refused > 8:
                    break
    return made


app = create_app()
with app.app_context():
    tenant = find_tenant("demo")
    kind_reader = system_actor(tenant.id, "payloads").reader
    with tenant_scope(tenant.id):
        with transaction() as session:
            session.get_one(Tenant, tenant.id).name = PAYLOADS[3]
            for turn, role in enumerate(session.query(Role).filter(Role.key != "admin")):
                role.name = PAYLOADS[10 + turn % 20][:32]
            admin = session.query(User).filter_by(username="admin").one()
            admin.name = PAYLOADS[0]
            roles = {role.key: role.id for role in session.query(Role)}
        filled = fill(system_actor(tenant.id, PAYLOADS[10]), roles)
    db.session.remove()
sys.stdout.write(json.dumps({name: [str(id_) for id_ in reversed(ids)] for name, ids in filled.items()}))
