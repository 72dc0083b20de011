"""The session class of `db.session`: SQLAlchemy's, less the doors that no session event watches."""

from __future__ import annotations

from typing import Any, NoReturn

from flask_sqlalchemy.session import Session

from app.tenancy.scope import current


class TenantSession(Session):
    """Rows that another tenant left in the identity map are not found; `bulk_*`, which ask no event, are refused."""

    def _identity_lookup(self, *args: Any, **kwargs: Any) -> Any:
        # The only place `get` and lazy references pass when no statement is sent (ISOLATION-NOTES: not covered).
        found = super()._identity_lookup(*args, **kwargs)
        scope = current()
        if scope is None or scope.tenant_id is None:
            return found
        owner = getattr(found, "tenant_id", None)
        return found if owner is None or owner == scope.tenant_id else None

    def bulk_save_objects(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("bulk_save_objects passes the tenant guard by: use session.add_all")

    def bulk_insert_mappings(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("bulk_insert_mappings passes the tenant guard by: use session.execute(insert(Model), rows)")

    def bulk_update_mappings(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("bulk_update_mappings passes the tenant guard by: use session.execute(update(Model).where(…))")
