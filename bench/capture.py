"""What our list page asks the database, so that the floor can ask exactly the same."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app import create_app
from app.models.base import db
from bench.cases import CASES, World, our_query
from bench.client import csrf_token

Statement = tuple[str, Any]


def capture(world: World, path: Path) -> None:
    """Writes, for each case, the statements of the login check and of the rows, with their values."""
    files = {"INSTANCE": world.instance, "SCHEMA": world.schema.split(","), "MIGRATIONS": world.migrations}
    ours = create_app({**files, "DATABASE_URL": world.app_url, "SESSION_IDLE_MINUTES": 600})
    with ours.app_context():
        engine = db.engine
    client = ours.test_client()
    token = csrf_token(client.get("/login").get_data(as_text=True))
    form = {"tenant": world.tenant, "username": world.admin, "password": world.password, "csrf_token": token}
    assert client.post("/login", data=form).status_code in (302, 303)
    client.get(our_query(CASES[0], world))  # whatever is remembered between requests is remembered now
    found = {}
    for case in CASES:
        sent: list[Statement] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any, to=sent) -> None:
            to.append((statement, values))

        event.listen(engine, "before_cursor_execute", note)
        answer = client.get(our_query(case, world))
        event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200
        login = next(one for one in sent if "login_session" in one[0])
        rows = next(one for one in sent if "ORDER BY" in one[0] and "ab_user" in one[0] and one is not login)
        found[case] = {"tenant": world.tenant_id, "login": login, "rows": rows, "all": [one[0] for one in sent]}
    path.write_bytes(pickle.dumps(found))
