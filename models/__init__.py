"""Model files: each is one planning question, stated in Pyomo from top to bottom."""
