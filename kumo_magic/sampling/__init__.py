"""Timeline, rows at anchors → HeteroData. The one room where rows become tensors. No labels, no layers."""
