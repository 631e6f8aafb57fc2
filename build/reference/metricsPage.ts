// docs/reference/metrics.md: what `monitor run --metrics` answers.
import { managerStates } from '../../src/mha/managerStatus.ts';
import { metrics } from '../../src/procedures/monitor/metricsText.ts';
import { code, marked, paragraph, table } from './markdown.ts';

export function metricsPage(): readonly string[] {
  return [
    '# Metrics',
    paragraph(
      '`mha-helper monitor run --all --metrics 127.0.0.1:9399` (also `start`) answers `GET /metrics` in the text ' +
        'format of Prometheus, version 0.0.4. Each metric has the label `cluster`. A metric that has nothing to say ' +
        'of a cluster (no failover yet) is not there for it.',
    ),
    table(
      ['metric', 'type', 'what it says'],
      metrics.map(({ name, type, help }) => [code(name), type, marked(help)]),
    ),
    paragraph(
      'Alert rules and a dashboard are in `examples`: `prometheus/mha-helper.rules.yml` (checked and played through ' +
        'by promtool) and `grafana/mha-helper.json` (import it, and choose the data source). The least of them:',
    ),
    [
      '```yaml',
      '- alert: MhaNotProtected',
      '  expr: mha_protected == 0 unless on (cluster) mha_paused == 1',
      '  for: 2m',
      '- alert: MhaMonitorGone',
      '  expr: absent(mha_protected)',
      '  for: 2m',
      '```',
    ].join('\n'),
    '## States of masterha_manager',
    paragraph(
      'The value of `mha_manager_status` is the exit code that `masterha_check_status` has for the state; ' +
        '`mha-helper monitor status` shows the word.',
    ),
    table(
      ['state', 'value'],
      Object.entries(managerStates).map(([state, value]) => [code(state), String(value)]),
    ),
  ];
}
