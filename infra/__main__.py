"""What Pulumi runs: the program is an importable one, so that a project of its own runs the same."""

from infra.program import main

main()
