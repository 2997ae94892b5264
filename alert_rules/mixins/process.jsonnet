// Every program of the Prometheus project shows how many files it holds open; one that runs out refuses connections.
local bound = 0.8;
local over = '\n> %g\n' % bound;
// The last value of a minute, four scrapes: a missed scrape must not make `for` begin again.
local latest(metric, target) = 'last_over_time(' + metric + '{service="' + target.service + '"}[1m])';
local programs = ['alertmanager', 'node', 'prometheus'];

{
  prometheusAlerts+:: {
    groups: [{
      name: 'process',
      rules: [
        {
          alert: 'OpenFilesNearLimit',
          expr: latest('process_open_fds', target) + '\n/ ' + latest('process_max_fds', target) + over,
          'for': '10m',
          labels: { severity: 'warning', service: target.service },
          annotations: {
            summary: target.service + ' ({{ $labels.instance }}): {{ $value | humanizePercentage }} of file descriptors open (> ' + bound * 100 + '%)',
            description: 'At the limit it can open neither files nor connections, and stops working in odd ways.',
          },
        }
        for target in std.extVar('targets')
        if std.member(programs, target.service)
      ],
    }],
  },
}
