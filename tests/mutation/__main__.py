"""Run the mutation test as ``python -m tests.mutation``, which is what ``make mutate`` does."""

import typer

from tests.mutation.command import mutate
from vitals.cli import run

run(lambda: typer.run(mutate))
