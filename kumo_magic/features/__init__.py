"""Timeline, rows at anchors → FeatureTable: windows, recency and past labels. No tensors."""
