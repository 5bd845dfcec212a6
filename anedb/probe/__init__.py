"""Measuring: what to ask a machine (suites of small models), and asking it."""
