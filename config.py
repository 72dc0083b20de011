"""Every setting, one row each. The environment overrides a row under its name with the prefix UCC_."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LAST_PORT = 65_535
LEAST_AUDIT_DAYS = 180  # logs are kept at least so long (等保 2.0, Cybersecurity Law art. 21)


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("expected true or false")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _audit_days(text: str) -> int:
    days = int(text)
    if days < LEAST_AUDIT_DAYS:
        raise ValueError(f"at least {LEAST_AUDIT_DAYS}")
    return days


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= LAST_PORT:
        raise ValueError(f"expected 1 to {LAST_PORT}")
    return port


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least 1")
    return number


def _hops(text: str) -> int:
    number = int(text)
    if number < 0:  # it would count from the front of the header, where anybody may write
        raise ValueError("at least 0")
    return number


@dataclass(frozen=True, slots=True)
class Setting:
    """`parse` turns the environment's text into the value; it raises ValueError for what it cannot read."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    help: str


SETTINGS = (
    Setting("INSTANCE", str, str(ROOT / "instance"), "Folder of the embedded database and the secret key"),
    Setting("FILES", str, "", "Folder of uploads and of what jobs make; empty: `files` in the instance folder"),
    Setting("DATABASE_URL", str, "", "SQLAlchemy address of the database; empty: SQLite in the instance folder"),
    Setting("OWNER_DATABASE_URL", str, "", "PostgreSQL: address with the role that owns the tables, for migrations"),
    Setting("SCHEMA", _words, (str(ROOT / "schema"),), "Folders of YAML resources, comma-separated"),
    Setting("MIGRATIONS", str, str(ROOT / "app" / "migrations" / "versions"), "Folder new migrations are written to"),
    Setting("HOST", str, "127.0.0.1", "Address to serve on"),
    Setting("PORT", _port, 8000, "Port to serve on"),
    Setting("WORKERS", _count, 2, "Server processes"),
    Setting("JOB_WORKER", _flag, True, "`ucc serve` starts a job worker beside it; false: run `ucc worker` yourself"),
    Setting("IMPORT_MB", _count, 200, "Megabytes of a file that is imported"),
    Setting("IMPORT_ROWS", _count, 1_048_576, "Rows of a file that is imported; an Excel sheet has no more"),
    Setting("COMPANY_JOBS", _count, 2, "Jobs of one company that run at the same time, however many workers there are"),
    Setting("HTTPS", _flag, False, "Browsers reach the product by https: Secure and __Host- cookies, HSTS"),
    Setting("TRUSTED_HOSTS", _words, ("127.0.0.1", "localhost"), "Host names the product answers to, comma-separated"),
    Setting("PROXIES", _hops, 0, "Reverse proxies in front whose X-Forwarded-* headers are believed"),
    Setting("SESSION_IDLE_MINUTES", _count, 30, "Minutes without a request after which a login ends"),
    Setting("SESSION_HOURS", _count, 12, "Hours after which a login ends in any case"),
    Setting("LOGIN_FAILURES", _count, 5, "Wrong passwords in a row that lock an account"),
    Setting("LOCK_MINUTES", _count, 15, "Minutes an account stays locked"),
    Setting("LOGIN_RATE", str, "30 per 5 minutes", "Failed logins one address may have, page and API together"),
    Setting("RATE_STORAGE", str, "memory://", "Where rate limits are counted; memory counts per worker process"),
    Setting("PAGE_SIZE", _count, 25, "Rows on a list page until the reader chooses another number"),
    Setting("AUDIT_DAYS", _audit_days, 365, "Days that `ucc audit prune` leaves of the logs; at least 180"),
    Setting("SQL_ECHO", _flag, False, "Log every SQL statement"),
)  # fmt: skip


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings by name. Raises SystemExit naming each variable that cannot be read, or that does not exist."""
    known = {f"UCC_{setting.name}": setting for setting in SETTINGS}
    faults = [f"{name}: no such setting" for name in environ if name.startswith("UCC_") and name not in known]
    values: dict[str, Any] = {}
    for variable, setting in known.items():
        values[setting.name] = setting.default
        if variable in environ:
            try:
                values[setting.name] = setting.parse(environ[variable])
            except ValueError as fault:
                faults.append(f"{variable}={environ[variable]!r}: {fault}. {setting.help}")
    if faults:
        raise SystemExit("Settings that cannot be used:\n  " + "\n  ".join(faults))
    return values


def secret_key(instance: Path) -> str:
    """The key that signs cookies: made once into the instance folder, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(draft, path)  # the first process wins; nobody ever reads half a key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
