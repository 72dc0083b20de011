"""The REST API of every resource: who may, what comes back, what is refused, and that the neighbours see nothing."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields import kind_of
from tests.contract.company import Company
from tests.contract.samples import searchable, writable


def url(company: Company, *parts: object) -> str:
    return "/".join((f"/{company.resource.name}", *map(str, parts))) if parts else f"/{company.resource.name}/"


def requests_of(company: Company, record: int) -> list[tuple[str, str, Any, str]]:
    """(method, address, body, permission that it takes) of every request there is for the resource."""
    ids = {"ids": [str(record)]}
    found = [
        ("GET", url(company), None, "view"),
        ("GET", url(company, record), None, "view"),
        ("POST", url(company), company.values(), "add"),
        ("PUT", url(company, record), company.values(adding=False), "edit"),
        ("DELETE", url(company, record), None, "delete"),
        ("POST", url(company, "delete"), ids, "delete"),
        ("POST", url(company, "import"), None, "import"),
        ("POST", url(company, "export"), {"format": "csv"}, "export"),
    ]
    if company.resource.bin:
        found += [("GET", url(company, "bin/"), None, "delete view")]  # shows values
        found += [("POST", url(company, "bin", verb), ids, "delete view") for verb in ("restore", "purge")]
    found += [("POST", url(company, "do", name), ids, act.permission) for name, act in company.actions.items()]
    return [entry for entry in found if set(entry[3].split()) <= set(company.resource.can)]


def test_nobody_logged_in_gets_401(company: Company) -> None:
    record = company.record()
    client = company.kit.app.test_client()
    answers = [
        (method, path, client.open(f"/api/v1{path}", method=method, json=body).status_code)
        for method, path, body, _kind in requests_of(company, record)
    ]
    assert [answer for answer in answers if answer[2] != 401] == []


def test_without_any_permission_everything_is_403(company: Company) -> None:
    record, program = company.record(), company.program()
    before = company.count()
    answers = [
        (method, path, program(method, path, body).status_code)
        for method, path, body, _kind in requests_of(company, record)
    ]
    assert [answer for answer in answers if answer[2] != 403] == []
    assert company.count() == before


@pytest.mark.parametrize("kind", ["view", "add", "edit", "delete", "import", "operate", "enable"])
def test_a_permission_opens_its_own_requests_and_no_others(company: Company, kind: str) -> None:
    if kind not in company.resource.can:
        assert all(act.permission != kind for act in company.resource.actions.values())
        return
    program = company.program(kind)
    for method, path, body, needed in requests_of(company, company.record()):
        status = program(method, path, body).status_code
        if kind in needed.split():
            if needed != kind:
                assert status == 403, f"{kind} alone must not open {method} {path}"
                status = company.program(*needed.split())(method, path, body).status_code
            assert status in (200, 201, 204, 400, 404), f"{needed} opens {method} {path}, not {status}"
        else:
            assert status == 403, f"{kind} alone must not open {method} {path}"


@pytest.mark.needs("add")
def test_what_is_added_can_be_read_back_changed_and_deleted(company: Company) -> None:
    program, values = company.admin_program(), company.values()
    added = program("POST", url(company), values)
    assert added.status_code == 201, added.get_data(as_text=True)
    record = added.json["data"]
    assert program("GET", url(company, record["id"])).json["data"] == record
    for field in writable(company.resource, adding=True):
        if kind_of(field).secret:
            assert field.name not in record, "a secret never comes back"
        else:
            assert kind_of(field).json(field, cleaned(field, record[field.name])) == record[field.name]

    changes = company.values(adding=False)
    changed = program("PUT", url(company, record["id"]), {**changes, "version": record["version"]})
    assert changed.status_code == 200, changed.get_data(as_text=True)
    assert changed.json["data"]["version"] > record["version"]
    assert program("PUT", url(company, record["id"]), {**changes, "version": record["version"]}).status_code == 409
    assert program("DELETE", url(company, record["id"])).status_code == 204
    assert program("GET", url(company, record["id"])).status_code == 404


def cleaned(field: Any, raw: Any) -> Any:
    """What the field understands of a value that came out of the API."""
    from tests.contract.samples import READER

    return kind_of(field).clean(field, raw, READER)


@pytest.mark.needs("add")
def test_required_fields_are_demanded_all_at_once(company: Company) -> None:
    required = {
        field.name for field in writable(company.resource, adding=True) if field.required and field.default is None
    }
    answer = company.admin_program()("POST", url(company), {})
    if required:
        assert answer.status_code == 400
        assert required <= set(answer.json["error"]["fields"])


@pytest.mark.needs("add")
def test_unknown_and_system_fields_are_refused_by_name(company: Company) -> None:
    program, before = company.admin_program(), company.count()
    for name in ("nonsense", "tenant_id", "created_by", "id"):
        answer = program("POST", url(company), {**company.values(), name: "1"})
        assert answer.status_code == 400, name
        assert name in answer.json["error"]["fields"]
    assert company.count() == before


@pytest.mark.needs("add")
def test_bad_values_are_answered_beside_their_field_and_nothing_is_saved(company: Company) -> None:
    program, before = company.admin_program(), company.count()
    for field in writable(company.resource, adding=True):
        for bad in ({"a": 1}, "\x00", "x" * 100_000, [[]], 10**30):
            answer = program("POST", url(company), {**company.values(), field.name: bad})
            assert answer.status_code == 400, f"{field.name} = {str(bad)[:20]}"
            assert field.name in answer.json["error"]["fields"]
    assert company.count() - before == created_references(company), "nothing was saved"


def created_references(company: Company) -> int:
    """Records of the resource itself that `values()` makes on the way: none, unless it refers to itself."""
    return (
        0 if all(field.to != company.resource.name for field in company.resource.fields.values()) else company.count()
    )


def test_every_filter_finds_its_record_and_only_matching_ones(company: Company) -> None:
    program = company.admin_program()
    wanted = program("GET", url(company, company.record())).json["data"]
    company.record()
    for field in searchable(company.resource):
        if company.circular(company.resource, field):
            continue  # nobody can be there yet
        value = wanted[field.name]
        values = value if isinstance(value, list) else [value]
        text = "&".join(f"{field.name}={str(one).lower() if isinstance(one, bool) else one}" for one in values)
        answer = program("GET", f"{url(company)}?{text}&size=200")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found = answer.json["data"]
        assert wanted["id"] in [row["id"] for row in found], f"{text} finds the record"
        exact = 19 if field.kind == "datetime" else None  # moments are searched by the second
        wrong = [
            row[field.name] for row in found if not matches(*(_cut(one, exact) for one in (row[field.name], value)))
        ]
        assert wrong == [], f"{text} finds only what matches"


def _cut(value: Any, length: int | None) -> Any:
    return value if length is None else value[:length]


def matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return bool(set(wanted) & set(value))
    return value == wanted or (isinstance(wanted, str) and wanted.lower() in str(value).lower())


def test_bad_query_strings_are_400_and_say_why(company: Company) -> None:
    program = company.admin_program()
    for query in (
        "nonsense=1",
        "order=nonsense",
        "size=0",
        "size=201",
        "size=x",
        "cursor=abc",
        "id.like=1",
        "q=" + "x" * 999,
    ):
        answer = program("GET", f"{url(company)}?{query}")
        assert answer.status_code == 400, query
        assert answer.json["error"]["fields"], query


def test_paging_shows_every_record_once_in_every_order(company: Company) -> None:
    for _ in range(company.room(5)):
        company.record()
    program = company.admin_program()
    everything = {row["id"] for row in program("GET", f"{url(company)}?size=200").json["data"]}
    names = [name for name in company.resource.list.columns if orderable(program, company, name)]
    assert names
    for order in [sign + name for name in names for sign in ("", "-")]:
        forward, backward = walk(program, company, order, "next"), walk(program, company, order, "previous")
        assert len(forward) == len(everything), order
        assert set(forward) == everything, order
        assert backward == forward, f"{order}: backwards from the last page gives the same"


def orderable(program: Any, company: Company, name: str) -> bool:
    return program("GET", f"{url(company)}?order={name}").status_code == 200


def walk(program: Any, company: Company, order: str, way: str) -> list[str]:
    """All ids in order, read two at a time: forwards from the first page, or backwards from the last."""
    pages: list[list[str]] = []
    cursor = "last" if way == "previous" else ""
    while cursor is not None:
        answer = program("GET", f"{url(company)}?order={order}&size=2&cursor={cursor}").json
        ids = [row["id"] for row in answer["data"]]
        pages = [ids, *pages] if way == "previous" else [*pages, ids]
        cursor = answer[way]
        assert len(pages) < 100, "paging ends"
    return [id for page in pages for id in page]


def test_count_says_how_many(company: Company) -> None:
    company.record()
    answer = company.admin_program()("GET", f"{url(company)}?count=true").json
    assert answer["count"] == company.count()
    assert answer["count_capped"] is False


def test_the_neighbours_records_are_404_and_stay_as_they_are(company: Company, neighbour: Company) -> None:
    own, theirs = company.record(), neighbour.record()
    before = neighbour.admin_program()("GET", url(neighbour, theirs)).json["data"]
    program = company.admin_program()
    for method, path, body, _kind in requests_of(company, theirs):
        if (method, path) in (("GET", url(company)), ("POST", url(company)), ("GET", url(company, "bin/"))):
            continue
        if path.endswith(("/import", "/export")):
            continue  # about no record
        assert program(method, path, body).status_code == 404, f"{method} {path}"
    mixed = {"ids": [str(own), str(theirs)]}
    if "delete" in company.resource.can:
        assert program("POST", url(company, "delete"), mixed).status_code == 404
        assert program("GET", url(company, own)).status_code == 200, "one foreign id stops the whole deletion"
    assert neighbour.admin_program()("GET", url(neighbour, theirs)).json["data"] == before


def test_the_neighbours_records_are_in_no_list_count_or_choice(company: Company, neighbour: Company) -> None:
    theirs = str(neighbour.record())
    program = company.admin_program()
    listed = program("GET", f"{url(company)}?size=200&count=true").json
    assert theirs not in [row["id"] for row in listed["data"]]
    assert listed["count"] == company.count()
    for field in company.resource.fields.values():
        if field.to:
            target = neighbour.reference(field.to, many=False)
            for query in ("", f"?id={target}"):
                answer = program("GET", f"{url(company, 'choices', field.name)}{query}")
                assert answer.status_code == 200
                assert target not in [entry["id"] for entry in answer.json["data"]]


@pytest.mark.needs("add")
def test_a_reference_to_the_neighbours_is_refused_like_one_to_nothing(company: Company, neighbour: Company) -> None:
    program = company.admin_program()
    for field in writable(company.resource, adding=True):
        if not field.to:
            continue
        messages = []
        for foreign in (neighbour.reference(field.to, many=False), "1"):
            sent = [foreign] if field.kind == "refs" else foreign
            answer = program("POST", url(company), {**company.values(), field.name: sent})
            assert answer.status_code == 400
            messages.append(answer.json["error"]["fields"][field.name])
        assert messages[0] == messages[1], "the answer does not tell a foreign record from none"


def test_the_openapi_document_describes_it_in_both_languages(company: Company) -> None:
    program = company.admin_program()
    for language in ("zh", "en"):
        program.headers["Accept-Language"] = language
        document = program("GET", "/_openapi").json
        path = document["paths"][f"/api/v1/{company.resource.name}/"]
        assert "get" in path
        assert company.resource.label.text("en") or language
