"""Who met which item when → the items worth ranking for a row, described. Nothing after a row's anchor; no tensors.

Read `source`, then `snapshot` (the items as of an anchor), `own_past` (the rows), `channels` and `pairs`.
"""
