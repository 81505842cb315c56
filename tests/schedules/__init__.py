"""Random schedules of runs, edits and faults against the embedded CKAN, and what must hold after each of them."""
