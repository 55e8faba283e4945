"""The planning case: schema, reading, checks, and the case as a value."""
