"""How it is said: what content builds alerts, dashboards, scrape jobs, scalers and the cost line from."""
