"""A plan over periods against what happened: why they differ, what is noise, what to do."""
