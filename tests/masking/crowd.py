"""A company whose customers have numbers that somebody must not see, and a browser that looks everywhere for them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.engine import engine
from app.jobs import queue
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.base import new_id, transaction
from app.models.tenant import Tenant
from app.records import bilingual, export, saved_views
from app.tenancy.scope import tenant_scope
from tests.desk import Desk
from tests.kit import TenantKit

MOBILE, BEFORE, GONE = "13912345678", "13700001111", "13655557777"
LANDLINE, CARD, OLD_CARD = "02087654321", "622202020011223344", "955880020011223399"
SECRETS = (MOBILE, BEFORE, GONE, LANDLINE, CARD, OLD_CARD)
LINK = re.compile(r'(?:href|hx-get|data-url|data-count|data-src|formaction|action)="(/[^"#]*)"')
NOT_FOLLOWED = ("/logout", "/static", "/language", "/login")


def role_without(kit: TenantKit, *kinds: str) -> str:
    """A role that may do anything the product has, but for these kinds on customers."""
    key = f"no-{'-'.join(kinds)}"
    with kit.app.app_context(), tenant_scope(kit.id), transaction() as session:
        role = Role(id=new_id(), key="", name=key)
        session.add(role)
        session.flush()
        found = session.execute(
            select(PermissionView.id, ViewMenu.name, Permission.name)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        )
        known = {(page.name, f"can_{kind}") for page in engine().product.resources.values() for kind in page.can}
        denied = {("customer", f"can_{kind}") for kind in kinds}
        session.add_all(
            Grant(role_id=role.id, permission_view_id=id_)
            for id_, page, kind in found
            if (page, kind) in known - denied
        )
        session.get_one(Tenant, kit.id).permissions_version += 1
        kit.roles[key] = role.id
    return key


@dataclass
class Crowd:
    """`customers`: by what they are called. `card` is the slot of the own digits field."""

    kit: TenantKit
    customers: dict[str, int] = field(default_factory=dict)
    card: str = ""

    @property
    def admin(self) -> Desk:
        return Desk(self.kit, self.kit.actor("admin"))

    def fill(self) -> Crowd:
        """Numbers everywhere a number can get: values, changes, deleted records, own fields, the bin."""
        field = self.admin.add("customer_field", name="银行卡", kind="digits")
        desk = self.admin
        self.card = desk.row("customer_field", field.id).slot
        for name, phone, card in (("甲", BEFORE, OLD_CARD), ("乙", LANDLINE, ""), ("丙", GONE, "")):
            self.customers[name] = desk.add("customer", name=name, phone=phone, **{self.card: card}).id
        desk.edit("customer", self.customers["甲"], phone=MOBILE, **{self.card: CARD})
        desk.delete("customer", self.customers["丙"])
        return self

    def share(self, role: str) -> None:
        """What those who see whole numbers leave behind for others: a view, and an export that waits for a yes."""
        desk = self.admin
        with desk.at_work(), transaction():
            resource, asked = desk.resource("customer"), f"phone.eq={MOBILE}&q={MOBILE}"
            saved_views.save(desk.actor, resource, "此人", asked, role_id=self.kit.roles[role])
            order = export.order(desk.actor, resource, MultiDict({"phone.eq": MOBILE, "q": "+86-" + MOBILE}), full=True)
            words = bilingual.told(desk.actor, lambda reader: export.words(reader, order, 1))
            kept = {**order.arguments(desk.actor), **words, "rows": 1}
            queue.enqueue(desk.actor, export.JOB, kept, total=1, asks="customer")
            export.note(desk.actor, order, "ask_export", 1)


@dataclass
class Crawler:
    """Asks for every address it meets, once; `leaks` are the addresses whose answers hold a secret."""

    client: FlaskClient
    most: int = 160
    seen: set[str] = field(default_factory=set)
    leaks: dict[str, str] = field(default_factory=dict)

    def crawl(self, *start: str) -> Crawler:
        waiting = deque(start)
        while waiting and len(self.seen) < self.most:
            path = waiting.popleft()
            if path in self.seen or path.startswith(NOT_FOLLOWED):
                continue
            self.seen.add(path)
            text = self.look(self.client.get(path), path)
            waiting.extend(link.replace("&amp;", "&") for link in LINK.findall(text))
        return self

    def look(self, answer: Any, what: str) -> str:
        text = _text(answer.get_data()) + str(answer.headers)
        for secret in SECRETS:
            if secret in text:
                self.leaks[what] = secret
        return text


def _text(data: bytes) -> str:
    """What an answer says; of a workbook all its parts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with ZipFile(BytesIO(data)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def asked(crowd: Crowd) -> Iterator[tuple[str, str, Any]]:
    """Requests that no link leads to: (method, path, JSON)."""
    first, card, api = crowd.customers["甲"], crowd.card, "/api/v1/customer"
    for path in ("/customer/", f"{api}/", "/customer/count"):
        for query in (
            "q=139",
            "q=1391234",
            "phone.contains=1391",
            "phone.starts=1391",
            "order=phone",
            "order=-phone",
            "phone.known=139",
            "columns=name,phone",
            f"{card}.starts=6222",
            f"order={card}",
            "phone.eq=1391",
        ):
            yield "GET", f"{path}?{query}", None  # fmt: skip
    yield "GET", f"{api}/?count=true&size=50", None
    yield "GET", f"{api}/{first}", None
    yield "PUT", f"{api}/{first}", {"remark": "改", "version": 1}
    yield "PUT", f"{api}/{first}", {"phone": "139****5678", card: "622***********3344"}
    yield "PUT", f"{api}/{first}", {"phone": "139****0000"}
    yield "PUT", f"{api}/{first}", {"remark": "又改"}
    yield "GET", "/api/v1/audit_log/?size=100", None
    yield "GET", "/audit_log/?resource=customer", None
    for path in ("/palette?q=甲", "/palette?q=1391", "/api/v1/search?q=甲", "/workbench/desk/customer"):
        yield "GET", path, None
    yield "GET", f"/customer/{first}", None
    yield "GET", f"/customer/{first}/edit", None
    yield "POST", f"/customer/{first}/reveal", None
    yield "POST", f"{api}/{first}/reveal", None
    yield "GET", "/customer/bin/", None
    for path in ("/api/v1/jobs/", "/api/v1/jobs/approvals", "/jobs/approvals", "/customer/views", "/customer/export"):
        yield "GET", path, None
    for options in ({"full": True}, {"format": "csv"}, {"format": "xlsx"}, {"query": "q=139"}):
        yield "POST", f"{api}/export", {"query": "", "columns": "all", "format": "csv", **options}
