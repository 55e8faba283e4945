"""The choice problem over several periods: its value, its judge, its shared rows."""
