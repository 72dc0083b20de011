"""The two versions of a company that workers remember its grants and settings by."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.models.versions import bump_permissions, bump_settings, bumped
from app.tenancy.scope import tenant_scope
from tests.databases import Database
from tests.tenancy.companies import Company, two_companies


@pytest.fixture
def companies(bare_app: Flask, database: Database, models: dict[str, type]) -> Iterator[tuple[Company, Company]]:
    ours, theirs = two_companies(database, models)
    with bare_app.app_context(), tenant_scope(ours.id):
        yield ours, theirs


def versions(company: Company) -> tuple[int, int]:
    with transaction() as session:
        row = session.execute(
            select(Tenant.settings_version, Tenant.permissions_version).where(Tenant.id == company.id)
        ).one()
    return row[0], row[1]


def test_each_counts_up_its_own_version(companies: tuple[Company, Company]) -> None:
    """B4, R4: one version of one company counts up, nothing else."""
    ours, theirs = companies
    before, others = versions(ours), versions(theirs)
    with transaction():
        bump_settings(ours.id)
    assert versions(ours) == (before[0] + 1, before[1])
    with transaction():
        bump_permissions(ours.id)
    assert versions(ours) == (before[0] + 1, before[1] + 1)
    assert versions(theirs) == others


@pytest.mark.parametrize("bump", [bump_settings, bump_permissions])
def test_a_change_undone_counts_nothing(companies: tuple[Company, Company], bump: Callable[[int], None]) -> None:
    before = versions(companies[0])
    with pytest.raises(ZeroDivisionError), transaction():
        bump(companies[0].id)
        raise ZeroDivisionError
    assert versions(companies[0]) == before


def test_an_unknown_company_is_said(companies: tuple[Company, Company]) -> None:
    with pytest.raises(LookupError), transaction():
        bump_settings(1)


def test_while_it_is_open_the_transaction_knows_whose_version_it_counted_up(
    companies: tuple[Company, Company],
) -> None:
    ours, theirs = companies
    assert not bumped(ours.id)
    with transaction():
        assert not bumped(ours.id)
        bump_settings(ours.id)
        assert bumped(ours.id) and not bumped(theirs.id)
        bump_permissions(theirs.id)
        assert bumped(ours.id) and bumped(theirs.id)
    assert not bumped(ours.id)
    with transaction():
        db.session.execute(select(Tenant.id))
        assert not bumped(ours.id)
