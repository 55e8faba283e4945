"""Results as people read them: sentences, tables, one screen at a time."""
