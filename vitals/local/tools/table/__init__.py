"""The entries of the table of programs, one module for each group. Data only."""
