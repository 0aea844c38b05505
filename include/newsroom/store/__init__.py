"""Storage: the bucket is the truth, the catalogue knows what is where."""
