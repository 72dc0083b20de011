"""What the server of stock Flask-AppBuilder imports."""

from bench.stock import build

app = build()
