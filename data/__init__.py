"""Example cases, each a folder of small tables with its SOURCE.md."""
