"""The Pulumi program: puts what ``rendered/`` holds, and what must run beside it, on a Kubernetes cluster.

The only room that imports Pulumi. It reads rendered files and stack configuration, never the catalogue, and decides
nothing that a rendered file already says.
"""
