"""Rows of a file made into records: which column is which field, what a cell means, what is there already (C1, F4)."""
