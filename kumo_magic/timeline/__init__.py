"""Graph → Timeline: the rows of every link grouped by key and sorted by time. No queries, no tensors."""
