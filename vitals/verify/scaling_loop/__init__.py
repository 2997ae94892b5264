"""The closed loop of autoscaling on one machine: load rises, replicas follow, latency recovers, replicas go again.

Everything that decides is real: etcd, API server, controller manager with its HPA, scheduler, metrics-server, KEDA,
Prometheus with the shipped rules, the shipped ScaledObject, and processes of the demo that serve real requests. One
part is ours: a node agent that runs a pod's command as a process of this machine, without container, image or network
of its own, for this drill and its tests only.
"""
