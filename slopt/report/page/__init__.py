"""The report page: one self-contained HTML file, without script, to mail and to print."""
