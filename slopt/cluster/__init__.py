"""The price method over partitions of a data set: they stay put, prices and sums travel."""
