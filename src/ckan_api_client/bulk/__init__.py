"""Many records at once, in the formats of ckanapi: dumping, loading, deleting, searching, and batches of calls.

Flows, one for each record, and what reads and writes their lines. It may not know: the command line, plans, syncs.
"""
