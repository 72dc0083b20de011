"""What our list page asks the database, so that the floor can ask exactly the same."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app import create_app
from app.models.base import SEARCH, db
from bench.client import csrf_token

Statement = tuple[str, Any, bool]  # text, values, whether it may be prepared
Captured = dict[str, dict[str, Any]]


def capture(settings: Mapping[str, Any], login: Mapping[str, str], paths: Mapping[str, str], table: str) -> Captured:
    """For each case, the statements of its page: `login`, `rows` (of `table`), and `all`, with what only frames a
    transaction left out. `settings` are those of our application; `tenant` is put in by the caller."""
    ours = create_app({**settings, "SESSION_IDLE_MINUTES": 600})
    with ours.app_context():
        engine = db.engine
    client = ours.test_client()
    form = {**login, "csrf_token": csrf_token(client.get("/login").get_data(as_text=True))}
    assert client.post("/login", data=form).status_code in (302, 303)
    found: Captured = {}
    for case, path in paths.items():
        client.get(path)  # whatever is remembered between requests is remembered now
        sent: list[Statement] = []

        def note(
            _connection: Any, _cursor: Any, statement: str, values: Any, context: Any, _many: bool, to=sent
        ) -> None:
            if not statement.startswith("SET LOCAL"):
                to.append((statement, values, not (context and context.execution_options.get(SEARCH))))

        event.listen(engine, "before_cursor_execute", note)
        answer = client.get(path)
        event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        check = next(one for one in sent if "login_session" in one[0])
        rows = next(one for one in sent if "ORDER BY" in one[0] and table in one[0] and one is not check)
        found[case] = {"login": check, "rows": rows, "all": [one[0] for one in sent]}
    return found


def keep(found: Captured, tenant_id: int, path: Path) -> None:
    """Writes it for `bench.floor`."""
    path.write_bytes(pickle.dumps({case: {**one, "tenant": tenant_id} for case, one in found.items()}))
