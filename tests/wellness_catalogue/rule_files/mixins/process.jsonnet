// Every program of the Prometheus project shows how many files it holds open; one that runs out refuses connections.
local bound = 0.8;
// The last values of a minute, four scrapes: a missed scrape must not make `for` begin again.
local window = '1m';
local programs = ['alertmanager', 'node', 'prometheus'];

{
  prometheusAlerts+:: {
    groups: [{
      name: 'process',
      rules: [
        {
          alert: 'OpenFilesNearLimit',
          expr: |||
            last_over_time(process_open_fds{service="%(service)s"}[%(window)s])
            / last_over_time(process_max_fds{service="%(service)s"}[%(window)s])
            > %(bound)g
          ||| % {
            service: target.service,
            window: window,
            bound: bound,
          },
          'for': '10m',
          labels: { severity: 'warning', service: target.service },
          annotations: {
            summary: '%s ({{ $labels.instance }}): {{ $value | humanizePercentage }} of file descriptors open (> %d%%)' % [target.service, bound * 100],
            description: 'At the limit it can open neither files nor connections, and stops working in odd ways.',
          },
        }
        for target in std.extVar('targets')
        if std.member(programs, target.service)
      ],
    }],
  },
}
