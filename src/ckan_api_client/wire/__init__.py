"""The Action API with no I/O in it: what to ask, what an answer means, in which order."""
