"""The pages and the API of an import, without a browser."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from app.sheets.reading import read
from app.sheets.values import Limits, Reading
from tests.importing.conftest import Importer
from tests.web.site import Site

HOME = "/customer/import/"


def sent(path: Path) -> dict[str, Any]:
    return {"file": (io.BytesIO(path.read_bytes()), path.name)}


def upload(site: Site, path: Path) -> str:
    """The address of the second step."""
    answer = site.post(HOME, sent(path))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def chosen(text: str) -> dict[str, str]:
    """What the selects of columns are set to."""
    found = {}
    for name, options in re.findall(r'<select[^>]*name="(column-[0-9]+)">(.*?)</select>', text, re.DOTALL):
        value = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = value[1] if value else ""
    return found


def test_the_whole_walk(importer: Importer) -> None:
    """C1: file, columns, trial, import, result, and the rows that failed."""
    site = Site(importer.kit, "manager")
    assert HOME in site.get("/customer/").text
    assert "客户名称" in site.get(HOME).text
    step = upload(
        site, importer.csv(["张伟", "13800138000", "x"], ["", "13900139000", ""], heads=["客户名称", "拨打", "别的"])
    )
    page = site.get(step)
    assert chosen(page.text) == {"column-0": "name", "column-1": "", "column-2": ""}
    refused = site.post(step, {"column-0": "name", "column-1": "", "duplicates": "skip", "whole": "0"})
    assert refused.status_code == 400
    assert "客户号码" in refused.text
    answer = site.post(
        step, {"column-0": "name", "column-1": "phone", "column-2": "", "duplicates": "skip", "whole": "0"}
    )
    assert answer.headers["Location"] == f"{step}/trial"
    trial = site.get(answer.headers["Location"])
    assert "此项必填" in trial.text or "This is required." in trial.text
    assert importer.count() == 0
    going = site.post(f"{step}/start").headers["Location"]
    assert "hx-trigger" in site.get(going).text
    importer.work()
    done = site.get(going)
    assert "hx-trigger" not in done.text
    assert importer.count() == 1
    assert "客户资料 · 客户.csv" in site.get("/jobs/").text  # people are imported too
    file = re.search(r'href="(/jobs/files/[0-9]+)"', done.text)
    assert file
    assert "原因" in site.get(file[1]).get_data().decode("utf-8-sig")
    assert Site(importer.kit, "admin").get(going).status_code == 404
    assert Site(importer.kit, "admin").get(file[1]).status_code == 404


def test_who_goes_back_to_a_file_that_was_imported_finds_what_came_of_it(importer: Importer) -> None:
    """C1: not the button to import it once more, nor a page that is not there."""
    site = Site(importer.kit, "manager")
    step = upload(site, importer.csv(["张伟", "13800138000"]))
    form = {"column-0": "name", "column-1": "phone", "duplicates": "skip", "whole": "0"}
    site.get(site.post(step, form).headers["Location"])
    job = site.post(f"{step}/start").headers["Location"]
    for _moment in ("while it waits", "when it is over"):
        answers = [site.get(step), site.get(f"{step}/trial"), site.post(step, form), site.post(f"{step}/start")]
        assert [(one.status_code, one.headers.get("Location")) for one in answers] == [(303, job)] * 4
        importer.work()
    assert importer.count() == 1


def test_what_was_chosen_is_offered_again_for_the_same_heads(importer: Importer) -> None:
    site = Site(importer.kit, "manager")
    path = importer.csv(["张伟", "13800138000"], heads=["谁", "号"])
    step = upload(site, path)
    site.post(step, {"column-0": "name", "column-1": "phone", "duplicates": "fail", "whole": "1"})
    again = site.get(upload(site, path)).text
    assert chosen(again) == {"column-0": "name", "column-1": "phone"}
    assert re.search(r'value="fail" checked', again)
    other = site.get(upload(site, importer.csv(["张伟", "1"], heads=["谁", "几号"]))).text
    assert set(chosen(other).values()) == {""}


def test_another_encoding_is_a_button_away(importer: Importer) -> None:
    site = Site(importer.kit, "manager")
    path = importer.folder / "b.csv"
    path.write_text("客户名称,客户号码\n張偉,13800138000\n", "utf-8")
    step = upload(site, path)
    assert site.post(step, {"reread": "1", "encoding": "utf-8", "delimiter": ";"}).status_code == 303
    assert len(chosen(site.get(step).text)) == 1
    assert site.post(step, {"reread": "1", "encoding": "utf-16", "delimiter": ","}).status_code == 400


def test_a_file_that_is_none_is_refused_at_its_field(importer: Importer) -> None:
    site = Site(importer.kit, "manager")
    assert site.post(HOME).status_code == 400
    answer = site.post(HOME, {"file": (io.BytesIO(b"PK\x03\x04zip"), "a.xlsx")})
    assert answer.status_code == 400
    assert "import-errors" in answer.text
    importer.kit.app.config["IMPORT_MB"], kept = 1, importer.kit.app.config["IMPORT_MB"]
    try:
        large = site.post(HOME, {"file": (io.BytesIO(b"a,b\n" * 500_000), "a.csv")})
    finally:
        importer.kit.app.config["IMPORT_MB"] = kept
    assert large.status_code in (400, 413)


def test_a_file_larger_than_a_form_is_taken_from_who_is_logged_in(importer: Importer) -> None:
    site = Site(importer.kit, "manager")
    heads = "客户名称,客户号码\n"
    body = (heads + "张伟,13800138000\n" * 900_000).encode()
    assert len(body) > importer.kit.app.config["MAX_CONTENT_LENGTH"]
    assert site.post(HOME, {"file": (io.BytesIO(body), "a.csv")}).status_code == 303
    stranger = importer.kit.app.test_client()
    answer = stranger.post(HOME, data={"file": (io.BytesIO(body), "a.csv")})
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_is_a_file_that_imports(importer: Importer, form: str) -> None:
    """Heads, a line of hints that is no row, and in xlsx the options to choose from."""
    importer.as_("admin").desk.add("customer_field", name="级别", kind="choice", options=["金", "银"])
    site = Site(importer.kit, "manager")
    path = importer.folder / f"t.{form}"
    path.write_bytes(site.get(f"{HOME}template.{form}").get_data())
    _table, heads, rows = read(path, Reading(), Limits())
    assert heads[:4] == ["客户名称", "性别", "客户号码", "客户类型"]
    assert "级别" in heads
    assert list(rows) == []
    if form == "xlsx":
        with ZipFile(path) as package:
            sheet = package.read("xl/worksheets/sheet1.xml").decode()
            assert 'type="list"' in sheet
            assert "银" in package.read("xl/worksheets/sheet2.xml").decode()
    draft = importer.upload(path)
    assert set(draft.plan.columns) >= {"name", "phone", "c1"}
    assert site.get(f"{HOME}template.exe").status_code == 404


def test_who_may_not_import_finds_nothing(importer: Importer) -> None:
    """R2: no button, no page, no API."""
    site = Site(importer.kit, "agent")
    assert HOME not in site.get("/customer/").text
    assert site.get(HOME).status_code == 403
    assert site.post(HOME, sent(importer.csv(["张伟", "13800138000"]))).status_code == 403
    assert site.client.post("/api/v1/customer/import", headers={"X-CSRFToken": site.client.csrf}).status_code in (
        400,
        403,
    )
    assert site.get("/team/import/").status_code == 404


def api(site: Site, path: Path, **options: Any) -> Any:
    data = {**sent(path), "options": json.dumps(options)}
    return site.client.post(
        "/api/v1/customer/import", data=data, headers={"X-CSRFToken": site.client.csrf, "Referer": "http://localhost/"}
    )


def test_the_api(importer: Importer) -> None:
    """C1: a file and options give a job; its state; the rows that failed. What cannot be is refused at its option."""
    site = Site(importer.kit, "manager")
    path = importer.csv(["张伟", "13800138000"], ["", "13900139000"], heads=["谁", "号"])
    assert api(site, path).status_code == 400
    assert api(site, path, columns={"谁": "nobody"}).json["error"]["fields"].keys() == {"columns"}
    assert api(site, path, colums={}).status_code == 400
    columns = {"谁": "name", "号": "phone"}
    assert api(site, path, columns=columns, duplicates="perhaps").json["error"]["fields"].keys() == {"duplicates"}
    trial = api(site, path, columns=columns, dry_run=True)
    assert trial.status_code == 202
    importer.work()
    told = site.api("GET", f"/api/v1/customer/import/{trial.json['data']['id']}").json["data"]
    assert (told["kind"], told["state"], told["result"]["created"]) == ("dry_run", "done", 1)
    assert told["result"]["faults"][0]["row"] == 3
    assert importer.count() == 0
    job = api(site, path, columns=columns).json["data"]["id"]
    importer.work()
    told = site.api("GET", f"/api/v1/customer/import/{job}").json["data"]
    assert (told["state"], told["result"]["created"], told["result"]["failed"]) == ("done", 1, 1)
    failed = site.api("GET", f"/api/v1/customer/import/{job}/failed")
    assert failed.get_data().decode("utf-8-sig").splitlines()[0] == "谁,号,原因"
    assert site.api("GET", f"/api/v1/user/import/{job}").status_code == 404
    assert site.api("POST", f"/api/v1/customer/import/{job}/cancel").status_code == 409
    assert Site(importer.kit, "admin").api("GET", f"/api/v1/customer/import/{job}").status_code == 404


def test_the_api_is_described(importer: Importer) -> None:
    """K1: the document names the paths, where the page has the kind."""
    paths = Site(importer.kit, "admin").api("GET", "/api/v1/_openapi").json["paths"]
    assert "/api/v1/customer/import/{id}/failed" in paths
    assert not any("/team/import" in path for path in paths)


@pytest.mark.parametrize(
    "form",
    [
        {"column-²": "name"},
        {f"column-{'9' * 5000}": "name"},
        {"column-0": "name", "column-1": "phone", "for-agent": "²"},
        {"column-0": "name", "column-1": "phone", "for-agent": "9" * 20},
    ],
)
def test_a_form_that_was_tampered_with_is_refused(importer: Importer, form: dict[str, str]) -> None:
    """C1: a digit that is none, and a number that no database holds, are no fault of the server."""
    site = Site(importer.kit, "manager")
    assert site.post(upload(site, importer.csv(["张伟", "13800138000"])), form).status_code == 400


def test_what_a_program_leaves_out_has_nothing_to_do_with_what_was_decided_before(importer: Importer) -> None:
    """C1: on a page one sees what is taken over; a program would update without a word."""
    site, path = Site(importer.kit, "manager"), importer.csv(["10086", "13800138000"])
    step = upload(site, path)
    site.post(step, {"column-0": "phone", "column-1": "name", "duplicates": "update", "whole": "1"})
    assert api(site, path).status_code == 202
    importer.work()
    assert importer.all("name", "phone") == [("10086", "13800138000")]
    assert api(site, importer.csv(["别人", "13800138000"])).status_code == 202
    importer.work()
    assert importer.all("name", "phone") == [("10086", "13800138000")]


def test_options_that_make_no_sense_are_refused(importer: Importer) -> None:
    """C1, K1: fields that are no texts, JSON without end, a sheet by a name that no process takes."""
    site, path = Site(importer.kit, "manager"), importer.csv(["张伟", "13800138000"])
    assert api(site, path, columns={"客户名称": []}).status_code == 400
    data = {**sent(path), "options": "[" * 100_000}
    deep = site.client.post(
        "/api/v1/customer/import", data=data, headers={"X-CSRFToken": site.client.csrf, "Referer": "http://localhost/"}
    )
    assert deep.status_code == 400
    step = upload(site, Path(__file__).with_name("customers.xls"))
    assert site.post(step, {"reread": "1", "sheet": "\0"}).status_code == 303


def test_a_small_workbook_of_many_rows_is_tried_by_a_job(importer: Importer) -> None:
    """C1: what it unpacks to counts, or sixty kilobytes would hold up everybody's pages for minutes."""
    site = Site(importer.kit, "manager")
    path = importer.xlsx(*[["张伟", "13800138000"]] * 18_000)
    assert path.stat().st_size < 200_000
    step = upload(site, path)
    site.post(step, {"column-0": "name", "column-1": "phone", "duplicates": "skip", "whole": "0"})
    assert "hx-trigger" in site.get(f"{step}/trial").text


def test_a_trial_of_which_nothing_would_come_says_what_to_do(importer: Importer) -> None:
    """C1: there is no button to import by, so it says why, and offers another file."""
    site = Site(importer.kit, "manager")
    step = upload(site, importer.csv(["", "13900139000"], heads=["客户名称", "客户号码"]))
    form = {"column-0": "name", "column-1": "phone", "duplicates": "skip", "whole": "0"}
    trial = site.get(site.post(step, form).headers["Location"]).text
    assert f'action="{step}/start"' in trial and "data-submit" not in trial
    assert "没有可导入的行" in trial and f'href="{HOME}"' in trial
