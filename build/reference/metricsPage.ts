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
    paragraph('Worth an alarm:'),
    [
      '```yaml',
      '- alert: MhaNotProtected',
      '  expr: mha_protected == 0',
      '  for: 1m',
      '- alert: MhaMonitorGone',
      '  expr: absent(mha_protected)',
      '  for: 1m',
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
