"""Batch → output. Knows shapes; no table's meaning, no time zone, no SQL.

Read in the order the data meets them: `time_encoding`, `table_encoder`, `convolutions`, `dropout`, `message_passing`,
`feature_encoder`, `network`, `heads`, `ranking`.
"""
