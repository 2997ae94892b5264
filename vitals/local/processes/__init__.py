"""Programs as children of one supervisor: started in order, watched, brought back, stopped, never left behind.

The local stack and the control plane on loopback both run this way. This room knows processes, files and loopback
addresses; what the programs are and what they are for is the business of the rooms that use it.
"""
