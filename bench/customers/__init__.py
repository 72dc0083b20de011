"""The customers of a company that has a million, against what people use today (docs/benchmarks.md)."""
