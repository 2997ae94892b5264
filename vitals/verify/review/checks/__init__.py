"""One check per file; :mod:`vitals.verify.review.registry` lists them all."""
