"""The kinds of field, in one visible table. A new kind is one file and one row here."""
