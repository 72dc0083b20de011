"""`python -m bench`: the customers (docs/benchmarks.md). The users are `python -m bench.users`."""

from bench.customers.__main__ import main

main()
