"""What CKAN does that nobody would guess, and the workaround beside it: one file per noun, plain values only."""
