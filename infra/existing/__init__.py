"""A cluster that exists: what is in it, who installed that, and whether the stack file says the same.

Read before anything is created. A part is known by what it does to a cluster (the definitions it serves, the API it
answers, the port of the node it takes, the image it runs), and its manager by the marks that managers leave; the name
of an object alone proves neither.
"""
