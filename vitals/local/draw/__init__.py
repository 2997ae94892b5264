"""Draw a Grafana panel as a Vega-Lite spec, so that a browser and a pull request show the same picture.

Pure functions from a classic dashboard's JSON and Prometheus results to a spec; nothing here asks a server, reads
a file or knows the time. It draws the panel types that the dashboards use and says so in the picture when it meets
another one. It is not Grafana: transformations and options that no dashboard here uses are ignored.
"""
