"""`sets`: an option that says what other fields hold while it is chosen (P2: the profiles of the password policy)."""

from __future__ import annotations

from app.records.passwords import fixed_by_options
from tests.accounts.policies import set_policy
from tests.kit import TenantKit


def test_the_values_are_those_of_the_option_chosen(tenant: TenantKit) -> None:
    """P2: and of none where none of them sets anything."""
    policy = tenant.app.extensions["ucc"].product.resource("password_policy")
    assert fixed_by_options(policy, {"profile": "mlps3"})["min_length"] == 8
    assert fixed_by_options(policy, {"profile": "custom"}) == {}
    assert fixed_by_options(policy, {}) == {}


def test_leaving_a_profile_keeps_its_values_until_they_are_changed(tenant: TenantKit) -> None:
    """P2: custom starts where the profile was."""
    set_policy(tenant, profile="mlps3")
    assert set_policy(tenant, profile="custom")["expiry_days"] == 90
    assert set_policy(tenant, expiry_days=10)["expiry_days"] == 10
