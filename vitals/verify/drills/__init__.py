"""Drills: a real fault in the running platform, and the proof that the right people hear of it in time, or no one.

A drill changes only the demo platform and the processes of one local stack, and puts everything back, also when it
is interrupted.
"""
