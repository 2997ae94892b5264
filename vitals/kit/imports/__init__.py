"""What other tools wrote, in the form in which content is kept here: rules, dashboards and objectives.

Each reader says of everything that it meets whether it was taken, changed or left, and why. Nothing here writes a file
or knows the catalogue; what exists is handed in, and whether the result holds is judged by the code that renders.
"""
