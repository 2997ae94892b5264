"""Run the command line as ``python -m vitals.cli``."""

from vitals.cli import main

main()
