"""Moving many rows in and out of the product (C1)."""
