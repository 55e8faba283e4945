"""The command line: each command calls the library and prints what it says."""
