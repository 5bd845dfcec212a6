"Chooses numbers of data/weights.toml by how well they predict what was left out."
