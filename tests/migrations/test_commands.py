"""`ucc schema` and `ucc tenant create` as an implementer runs them, from the shell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.migrations.conftest import SCHEMA, Place
from tests.migrations.test_migrate import HOLIDAY, KIND, REST


def ucc(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "UCC_INSTANCE": str(place.folder),
        "UCC_DATABASE_URL": place.app_url,
        "UCC_OWNER_DATABASE_URL": place.owner_url,
        "UCC_MIGRATIONS": str(place.revisions),
        "UCC_SCHEMA": ",".join(map(str, place.schema)),
    }
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        capture_output=True, text=True, check=False, cwd=SCHEMA.parent, env=os.environ | settings,
    )  # fmt: skip


def test_from_an_empty_database_to_a_page_of_ones_own(place: Place) -> None:
    assert ucc(place, "schema", "migrate").returncode == 0
    assert ucc(place, "tenant", "create", "acme", "--name", "艾克美").returncode == 0
    place.write("holiday", HOLIDAY + KIND + REST)
    assert "+ add table holiday" in ucc(place, "schema", "diff").stdout
    assert "1 step(s) applied" in ucc(place, "schema", "migrate").stdout
    assert "agrees" in ucc(place, "schema", "diff").stdout
    place.write("holiday", HOLIDAY + REST)
    refused = ucc(place, "schema", "migrate")
    assert refused.returncode == 1
    assert "- drop column holiday.kind: its values are lost" in refused.stderr
    assert ucc(place, "schema", "migrate", "--allow-loss").returncode == 0


@pytest.mark.only_on("postgres")
def test_migrate_repairs_what_the_product_refuses_to_start_with(place: Place) -> None:
    place.upgrade()
    place.ask("DROP POLICY tenant ON announcement")
    refused = ucc(place, "tenant", "list")
    assert refused.returncode == 1
    assert "ucc schema migrate" in refused.stderr
    assert ucc(place, "schema", "migrate").returncode == 0
    assert ucc(place, "tenant", "list").returncode == 0
