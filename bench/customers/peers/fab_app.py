"""What the server of stock Flask-AppBuilder imports."""

from bench.customers.peers.fab import build

app = build()
