"""Whether one version, or one load test, is better or worse than another, at every minute that is looked at."""
