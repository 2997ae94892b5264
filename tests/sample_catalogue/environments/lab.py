"""A laboratory with one exporter, slower scrapes and a bound of its own."""

from vitals.model.catalog import Budget, Environment, Scrape, Smtp

lab = Environment(
    name="lab",
    description="Two machines under a desk.",
    delivery="files",
    dashboards_url="http://dashboards.lab.example",
    runbooks_url="http://docs.lab.example/runbooks",
    rule_url="http://git.shop.example/rendered/lab/rules/{group}.yaml",
    secrets_dir="/run/secrets",
    smtp=Smtp(smarthost="mail.lab.example:25", sender="lab@shop.example"),
    exporters=("prometheus",),
    operators="discovery",
    budget=Budget(series=10_000, samples_per_month=3_000_000_000),
    scrape=Scrape(page="10s", page_timeout="4s", others="15s", slow="2m"),
    bounds={"api.latency.high": "2s"},
)
