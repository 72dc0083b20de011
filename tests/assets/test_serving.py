"""The product's own files: addresses that change with them, kept for good by browsers, packed where that helps."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import assets

pytestmark = pytest.mark.only_on("sqlite")  # no database is asked


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def address(app: Flask, name: str) -> str:
    return f"{assets.PREFIX}{app.extensions['ucc.assets']}/{name}"


def test_pages_ask_for_files_by_version(app: Flask, browser: FlaskClient) -> None:
    page = browser.get("/login").get_data(as_text=True)
    assert f'href="{address(app, "css/theme.css")}"' in page
    assert f'src="{address(app, "js/main.js")}"' in page


def test_the_present_version_is_kept_for_good_and_another_is_asked_about_again(
    app: Flask, browser: FlaskClient
) -> None:
    assert "immutable" in browser.get(address(app, "css/theme.css")).headers["Cache-Control"]
    old = browser.get(f"{assets.PREFIX}0123456789ab/css/theme.css")
    assert old.status_code == 200
    assert "immutable" not in old.headers["Cache-Control"]


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text("one")
    first = assets.version_of(tmp_path)
    assert assets.version_of(tmp_path) == first
    (tmp_path / "js" / "main.js").write_text("two")
    assert assets.version_of(tmp_path) != first


def test_a_packed_copy_goes_to_browsers_that_take_it(app: Flask, browser: FlaskClient) -> None:
    packed = browser.get(address(app, "vendor/tabler.css"), headers={"Accept-Encoding": "gzip, br"})
    plain = browser.get(address(app, "vendor/tabler.css"), headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == plain.mimetype == "text/css"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 5 < len(plain.data)


@pytest.mark.parametrize("name", ["../security.py", "..%2f..%2fsecurity.py", "vendor/../../security.py", "nothing.css"])
def test_nothing_outside_the_folder_is_served(app: Flask, browser: FlaskClient, name: str) -> None:
    assert browser.get(address(app, name), headers={"Accept-Encoding": "gzip"}).status_code == 404
