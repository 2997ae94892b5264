"""Where the demo's spans go: an OTLP/HTTP receiver and a store of the last hour."""
