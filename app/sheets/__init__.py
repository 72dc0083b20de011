"""Tables in files: csv, xlsx and xls, read row by row and written row by row. It knows nothing of the product."""
