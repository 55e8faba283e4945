"""Plans over several periods: the value, its check, its files, and planning again from a period."""
