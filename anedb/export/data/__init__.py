"""Everything as data: a folder of plain files, the same bytes from the same data."""
