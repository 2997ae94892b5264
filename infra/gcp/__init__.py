"""The Google half: project, network, cluster and who may do what, one component per file."""
