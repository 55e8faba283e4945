"""The rules of the staffing program, one a file; `models/staffing.py` puts them together."""
