"""A real Kubernetes control plane on loopback: etcd, API server, controller manager, scheduler, Prometheus operator.

What ships to a cluster is judged here by the programs that will judge it there: the API server with its default
admission and the CRDs of the operators, and the operator that turns our objects into configuration. There are no
nodes, so no container ever runs, and nothing here stands for GKE itself.
"""
