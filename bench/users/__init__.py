"""The users page of a company of 200,000 against the floor and stock Flask-AppBuilder (docs/benchmarks-users.md)."""
