"""`make bench`: how fast it is, as ratios against a peer or a floor of the same run."""
