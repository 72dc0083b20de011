"""Counting up the two versions of a company that workers remember its grants and settings by."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import CursorResult, update

from app.models.base import db
from app.models.tenant import Tenant

_BUMPED: Final = "ucc_bumped"  # key of session.info: the transaction that counted up last, and for whom


def bump_settings(tenant_id: int) -> None:
    """From the commit on, every worker reads this company's settings anew (B4: in force at once).

    To be called in the transaction that changes a parameter, a policy, a custom field or a customer type, after the
    change was sent. Raises LookupError where there is no such company.
    """
    _bump(tenant_id, {Tenant.settings_version: Tenant.settings_version + 1})


def bump_permissions(tenant_id: int) -> None:
    """From the commit on, every worker reads this company's grants anew (R4). As `bump_settings`."""
    _bump(tenant_id, {Tenant.permissions_version: Tenant.permissions_version + 1})


def bumped(tenant_id: int) -> bool:
    """True while the open transaction has counted up for this company: what is read now may still be rolled back, so
    nobody may remember it by a version."""
    transaction, tenants = db.session().info.get(_BUMPED, (None, ()))
    return transaction is not None and transaction is db.session().get_transaction() and tenant_id in tenants


def _bump(tenant_id: int, values: dict[Any, Any]) -> None:
    session = db.session()
    sent = session.execute(
        update(Tenant).where(Tenant.id == tenant_id).values(values),
        execution_options={"synchronize_session": False},
    )
    if cast(CursorResult[Any], sent).rowcount != 1:
        raise LookupError(f"there is no company {tenant_id}")
    transaction, tenants = session.info.get(_BUMPED, (None, frozenset()))
    same = transaction is session.get_transaction()
    session.info[_BUMPED] = (session.get_transaction(), {tenant_id, *(tenants if same else ())})
