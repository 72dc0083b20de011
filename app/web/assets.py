"""Addresses of the product's own files that change whenever a file does, so that browsers may keep them for good.

The version stands in the path, not in the query: scripts import each other by relative addresses, which keep the path.
"""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

ENDPOINT: Final = "versioned.static"  # ends like Flask's own, which makes it public
PREFIX: Final = "/static/v/"


def init_app(app: Flask) -> None:
    """Serves the static folder below a versioned path and gives templates `static_root()`."""
    app.add_url_rule(f"{PREFIX}<version>/<path:filename>", ENDPOINT, _serve)
    app.jinja_env.globals["static_root"] = static_root
    app.extensions["ucc.assets"] = version_of(Path(app.static_folder or ""))


def static_root() -> str:
    """What the addresses of the files begin with, for this request."""
    return f"{request.script_root}{PREFIX}{current_app.extensions['ucc.assets']}/"


def version_of(folder: Path) -> str:
    """Changes with the name or content of any file in `folder`; the same on every machine."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def unchanging() -> bool:
    """True where this request asks for the files by their present version: what it gets will never change."""
    asked_for = (request.view_args or {}).get("version")
    return request.endpoint == ENDPOINT and asked_for == current_app.extensions["ucc.assets"]


def _serve(version: str, filename: str) -> Response:
    """Other versions get the present files too: a page from before an update keeps working.

    Where the build left a packed copy and the browser takes it, the copy goes out: Tabler is 630 KB, packed 80.
    """
    packed = safe_join(current_app.static_folder or "", f"{filename}.gz")
    if packed is None or not request.accept_encodings.quality("gzip") or not Path(packed).is_file():
        return current_app.send_static_file(filename)
    response = current_app.send_static_file(f"{filename}.gz")
    response.mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response.content_encoding = "gzip"
    del response.headers["Content-Disposition"]  # it names the packed copy
    response.vary.add("Accept-Encoding")
    return response
