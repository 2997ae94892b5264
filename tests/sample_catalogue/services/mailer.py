"""A process without an API and without promises."""

from vitals.catalog import Service

mailer = Service(name="mailer", owner="discovery", means="Sends letters to customers.", replicas=1)
