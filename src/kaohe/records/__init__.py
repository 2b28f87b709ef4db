"""What a shop hands in: the tables' schemas, the readers of real files, the versioned store."""
