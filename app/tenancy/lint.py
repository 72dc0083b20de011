"""The lint layer of isolation: what passes the tenant guard by may stand in a few audited files only.

`python -m app.tenancy.lint` prints each use as `file:line: rule: advice`. The guard refuses most of these at run time
too; this finds them before they run, and it finds what no session event sees.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOLDERS: Final = ("app", "schema")

ADVICE: Final = {
    "sql-text": "SQL as text knows no tenant: select through mapped classes",
    "bare-table": "statements on a table pass the guard by: use the mapped class",
    "bulk-method": "passes the guard by: session.add_all, or execute(insert(Model), rows)",
    "from-statement": "cannot be confined to a tenant",
    "connection": "a connection has no guard: use db.session, and transaction() to write",
    "leaves-isolation": "sees all tenants: name the reason in the allow-list of app/tenancy/lint.py",
}

# Called or imported by these names, whatever the object: better a line too many in the allow-list than one too few.
METHODS: Final = {
    "from_statement": "from-statement",
    "bulk_save_objects": "bulk-method",
    "bulk_insert_mappings": "bulk-method",
    "bulk_update_mappings": "bulk-method",
    "connection": "connection",
    "connect": "connection",
    "begin": "connection",
    "raw_connection": "connection",
    "exec_driver_sql": "connection",
}
FUNCTIONS: Final = {
    "text": "sql-text",
    "literal_column": "sql-text",
    "TextClause": "sql-text",
    "DDL": "sql-text",
    "Table": "bare-table",
    "table": "bare-table",
    "create_engine": "connection",
    "engine_from_config": "connection",
}
ATTRIBUTES: Final = {"__table__": "bare-table", "local_table": "bare-table", "persist_selectable": "bare-table"}
DRIVERS: Final = {"sqlite3": "connection", "psycopg": "connection"}
ESCAPES: Final = {"leave_tenant_isolation_unsafe": "leaves-isolation", "AUDITED": "leaves-isolation"}

# file or folder → rule → why it is safe there. An entry that nothing needs any more is a fault.
ALLOWED: Final[Mapping[str, Mapping[str, str]]] = {
    "app/migrations/": {
        "sql-text": "constants of a migration, run by the owner role",
        "bare-table": "a migration changes the rows of all tenants alike, run by the owner role",
    },
    "app/models/adopted.py": {"bare-table": "declares tables, sends nothing"},
    "app/models/adopted_refs.py": {"bare-table": "declares foreign keys, sends nothing"},
    "app/models/alter.py": {"bare-table": "changes declarations, sends nothing"},
    "app/models/base.py": {"connection": "BEGIN on SQLite, and the write option of transaction()"},
    "app/models/flight.py": {"connection": "the driver's pipeline; statements are sent through the session as ever"},
    "app/models/build.py": {"bare-table": "declares tables, sends nothing"},
    "app/models/contents.py": {
        "bare-table": "asks for a migration whether rows would be lost, tenant by tenant, as the owner role",
        "connection": "sets the tenant for each of those questions",
    },
    "app/models/find.py": {"bare-table": "declares a table and indexes, sends nothing"},
    "app/models/migrate.py": {
        "bare-table": "reads the database's catalogue",
        "connection": "reads the database's catalogue",
    },
    "app/models/pool.py": {"bare-table": "declares indexes, sends nothing"},
    "app/models/owner.py": {"connection": "the owner role's connections, for migrations only"},
    "app/models/slots.py": {"bare-table": "declares indexes, sends nothing"},
    "app/models/wanted.py": {"bare-table": "compares declarations, sends nothing"},
    "app/records/arrays.py": {
        "bare-table": "an insert from arrays, which no mapped class takes",
        "leaves-isolation": "the tenant in scope is put into every row, and row-level security checks it",
    },
    "app/records/statement.py": {"sql-text": "the number of a range, an int made there"},
    "app/tenancy/guard.py": {"leaves-isolation": "looks for the option"},
    "app/tenancy/rls.py": {
        "sql-text": "constants; reads the catalogue",
        "connection": "writes policies and rights as the owner, reads the catalogue at start",
    },
    "app/tenancy/setting.py": {"connection": "sends SET LOCAL to the session's own connection"},
}


class Fault(NamedTuple):
    file: str
    line: int
    rule: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.note or ADVICE[self.rule]}"


def uses(source: str, file: str) -> list[Fault]:
    """Every use in `source` of what passes the guard by, allowed or not, in the order of lines."""
    tree = ast.parse(source, file)
    names = dict(_imported(tree))
    return sorted({Fault(file, line, rule) for node in ast.walk(tree) for line, rule in _judge(node, names)})


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Local name → rule of the SQLAlchemy functions this file imports, under whatever name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            for alias in node.names:
                if alias.name in FUNCTIONS:
                    yield alias.asname or alias.name, FUNCTIONS[alias.name]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "sqlalchemy":
                    yield f"{alias.asname or alias.name.partition('.')[0]}.", ""


def _judge(node: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call):
        rule = _judge_call(node.func, names)
        if rule:
            yield node.lineno, rule
    elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        yield node.lineno, ATTRIBUTES[node.attr]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in ESCAPES:
        yield node.lineno, ESCAPES[node.id]
    elif isinstance(node, ast.Import | ast.ImportFrom):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for module in modules:
            if module.partition(".")[0] in DRIVERS:
                yield node.lineno, DRIVERS[module.partition(".")[0]]


def _judge_call(function: ast.expr, names: Mapping[str, str]) -> str:
    if isinstance(function, ast.Name):
        return names.get(function.id, "")
    if not isinstance(function, ast.Attribute):
        return ""
    if isinstance(function.value, ast.Name) and f"{function.value.id}." in names:
        return FUNCTIONS.get(function.attr, "") or METHODS.get(function.attr, "")
    return METHODS.get(function.attr, "")


def check(root: Path = ROOT, allowed: Mapping[str, Mapping[str, str]] = ALLOWED) -> list[Fault]:
    """The uses that no entry allows, and the entries that no use needs."""
    faults: list[Fault] = []
    needed: set[tuple[str, str]] = set()
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for use in uses(path.read_text(encoding="utf-8"), file):
            entries = [place for place, rules in allowed.items() if file.startswith(place) and use.rule in rules]
            needed.update((place, use.rule) for place in entries)
            if not entries:
                faults.append(use)
    stale = [(place, rule) for place, rules in allowed.items() for rule in rules if (place, rule) not in needed]
    return faults + [Fault(place, 0, rule, "nothing here needs this entry of the allow-list") for place, rule in stale]


def main() -> int:
    """Prints the faults. Returns 1 if there are any."""
    faults = check()
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
