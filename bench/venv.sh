#!/bin/sh
# .venv-bench: what the benchmarks measure against. Django 6 needs Python 3.12; BENCH_PYTHON says which one to take.
set -e
for python in "$BENCH_PYTHON" python3.14 python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
    [ -n "$python" ] && "$python" -c "import sys; sys.exit(sys.version_info < (3, 12))" 2>/dev/null && break
    python=
done
[ -n "$python" ] || { echo "The benchmarks need Python 3.12 or newer beside the product's own: BENCH_PYTHON=… make bench" >&2; exit 1; }
rm -rf .venv-bench
"$python" -m venv .venv-bench
.venv-bench/bin/pip install -q --disable-pip-version-check -r bench/requirements.txt
