"""From public dumps to `data/observations/`: development tools, not part of the package.

The dumps are not in this repository. Whoever has them points `ANEDB_EVIDENCE` at the folder and gets the same bytes.
"""
