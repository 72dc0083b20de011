"""`make bench`: our list page against the floor and against stock Flask-AppBuilder, in one run (docs/benchmarks.md)."""
