"""A service under a recorded load, scaled by one policy after another: who waits, and what it costs.

``trace`` reads the load, ``demand`` makes it a number of pods, ``peers`` and ``lead`` say what a policy expects,
``scaler`` is the arithmetic of Kubernetes, ``cluster`` lets pods come and go, ``queueing`` says who waits.
"""
