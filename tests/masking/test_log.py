"""What the database says of a fault holds no values (C1, R2)."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import null
from sqlalchemy.exc import IntegrityError

from app.engine import engine
from app.models.base import new_id, transaction
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit

NUMBER = "13512349876"


def test_a_fault_is_logged_without_the_row_it_was_about(tenant: TenantKit, caplog: pytest.LogCaptureFixture):
    """C1: a row that the database refuses is in nothing that is raised, so in no line of a log.
    PostgreSQL tells the failing row unless row-level security holds, and SQLAlchemy the parameters unless hidden."""
    with tenant.app.app_context(), tenant_scope(tenant.id):
        model = engine().models["customer"]
        with pytest.raises(IntegrityError) as fault, transaction() as session:
            session.add(model(id=new_id(), name="甲", phone=NUMBER, created_at=null()))
    logging.getLogger("app").error("fault", exc_info=fault.value)
    assert "fault" in caplog.text and NUMBER not in caplog.text
