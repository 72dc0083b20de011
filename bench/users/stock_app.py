"""What the server of stock Flask-AppBuilder imports."""

from bench.users.stock import build

app = build()
