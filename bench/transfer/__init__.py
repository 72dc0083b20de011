"""Moving many rows in and out of the product (issue 4, points 6 and 7)."""
