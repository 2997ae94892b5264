// Only files are read from this module (see vitals/verify/cluster/crds.py): `go mod tidy` would drop it.
module vitals.local/tools/keda

go 1.24.0

require github.com/kedacore/keda/v2 v2.21.0
