"Learns data/placement.json from the recorded plans of data/plans."
