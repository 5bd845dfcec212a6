"""A file from anyone -> checked in stages -> fingerprinted; what is wrong comes back as Problems."""
