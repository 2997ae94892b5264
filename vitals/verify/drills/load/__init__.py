"""Load on the machine itself: programs of their own that end by themselves, whatever becomes of the drill."""
