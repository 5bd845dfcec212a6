"""*Ask*: the judge in a browser, over exported knowledge."""
