"""The floor: a bare Flask view that sends our page's two statements and shows a minimal table."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, abort, render_template_string, request

TABLE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>用户</title></head><body>
<table><thead><tr>{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""

app = Flask("floor")
CASES = pickle.loads(Path(os.environ["BENCH_CAPTURED"]).read_bytes())
connection = psycopg.connect(os.environ["BENCH_FLOOR_URL"].replace("+psycopg", ""), prepare_threshold=1)


def _send(statement: str, values: Any, prepare: bool) -> psycopg.Cursor[Any]:
    """What our page never prepares, because one plan does not suit all values, is not prepared here either."""
    return connection.execute(statement, values, prepare=None if prepare else False)


@app.get("/")
def page() -> str:
    case = CASES[request.args["case"]]
    with connection.transaction():
        connection.execute(f"SET LOCAL app.tenant_id = '{case['tenant']}'")
        if _send(*case["login"]).fetchone() is None:
            abort(401)
        found = _send(*case["rows"])
        names = [column.name for column in found.description]
        rows = found.fetchall()
    return render_template_string(TABLE, names=names, rows=rows[:25])
