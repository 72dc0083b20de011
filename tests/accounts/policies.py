"""What the tests of password policies share: a company's policy, set as its admin sets it."""

from __future__ import annotations

from typing import Any

from app.engine import engine
from app.models.base import transaction
from app.records import settings
from app.records.passwords import POLICY
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit


def set_policy(kit: TenantKit, **values: Any) -> dict[str, Any]:
    """Saves the settings as the company's admin; what is in force then."""
    with kit.app.app_context(), tenant_scope(kit.id), transaction():
        return dict(settings.save(kit.actor("admin"), engine().product.resource(POLICY), values).values)
