"""The programs of the local stack, one file each: started so that they stay on loopback and in their folder."""
