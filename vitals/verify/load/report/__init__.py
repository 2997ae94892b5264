"""What people get to see of a run: a summary in Markdown and a page with pictures that needs nothing else."""
