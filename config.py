"""Every setting: one row each. The environment overrides a row by its name with the prefix UCC_."""
