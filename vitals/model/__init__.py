"""What can be said: the catalogue people edit, metrics as data, PromQL, and the signals made of the three."""
