// Only files are read from this module (see vitals/verify/cluster/crds.py): `go mod tidy` would drop it.
module vitals.local/tools/gateway_api

go 1.24.0

require sigs.k8s.io/gateway-api v1.6.3
