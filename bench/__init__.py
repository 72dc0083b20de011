"""The benchmarks: our pages against the floor and against what people use today, in one run (docs/benchmarks.md)."""
