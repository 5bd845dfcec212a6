"""One module per format. Each has

- `TITLE`: what it is and who prints it, for a list;
- `recognise(head)`: whether text that begins so (the file's first 64 kB, decoded with replacement) is of this format.
  No two formats recognise one sample: a test asks each about all;
- `read(text, path)`: the `ForeignReport`. Raises `BadFileError` with the line that is wrong.

Adding one is copying a neighbour, with a sample and its expected report under `tests/ingest/importing/samples`.
"""
