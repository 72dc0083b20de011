"""Customers on their way through an office suite: exported, saved as something else, imported into another company."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.export.conftest import Exporter
from tests.importing.conftest import Importer, counts
from tests.kit import TenantKit

OFFICE = "soffice"
PEOPLE = [("张伟", "13800138000", "110101199003070123"), ("=1+1", "19912345678", "000000000000000018")]


def office(folder: Path, path: Path, kind: str) -> Path:
    """The file, as the suite saves it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "saved"), str(path)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return folder / "saved" / path.with_suffix(f".{kind.partition(':')[0]}").name


@pytest.mark.skipif(shutil.which(OFFICE) is None, reason="LibreOffice (soffice) is not on this machine")
@pytest.mark.parametrize("kind", ["xlsx:Calc MS Excel 2007 XML", "xls"])
def test_numbers_come_back_digit_for_digit(
    importer: Importer, new_tenant: Callable[..., TenantKit], tmp_path: Path, kind: str
) -> None:
    """C1, F2: 18-digit numbers and 11-digit phones survive export, the suite, import; so does a text like a formula."""
    importer.as_("admin").desk.add("customer_field", name="身份证", kind="digits")
    admin = importer.as_("admin")  # as they are now that the field is there
    for name, phone, card in PEOPLE:
        admin.desk.add("customer", name=name, phone=phone, c1=card)
    exported = tmp_path / "客户.xlsx"
    exported.write_bytes(Exporter(importer.kit, admin.actor).direct(columns=["name", "phone", "c1"], full=True))

    kit = new_tenant()
    Desk(kit, kit.actor("admin")).add("customer_field", name="身份证", kind="digits")
    other = replace(importer, kit=kit, actor=kit.actor("admin"))
    result = other.imported(office(tmp_path, exported, kind))
    assert counts(result) == (len(PEOPLE), 0, 0, 0), result
    assert sorted(other.all("name", "phone", "c1")) == sorted(PEOPLE)
