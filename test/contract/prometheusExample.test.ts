// The alert rules and the dashboard of the examples, and what the monitor answers, with Prometheus' own promtool.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newCluster } from '../../src/procedures/monitor/clusterState.ts';
import { metrics, metricsText } from '../../src/procedures/monitor/metricsText.ts';
import { haveLayer, layerDirectory } from '../lab/layer.ts';

const example = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const rules = example('prometheus/mha-helper.rules.yml');
const dashboard = readFileSync(example('grafana/mha-helper.json'), 'utf8');

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(dashboard) as { panels: readonly Panel[] };
const ours = new Set(metrics.map(({ name }) => name));
const named = (text: string): readonly string[] => [...new Set(text.match(/\bmha_[a-z_]+\b/g) ?? [])];

test('each metric is in the dashboard, and rules and dashboard name no other', () => {
  const shown = named(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n'));
  assert.deepEqual([...shown].sort(), [...ours].sort());
  assert.deepEqual(
    named(readFileSync(rules, 'utf8')).filter((name) => !ours.has(name)),
    [],
  );
});

describe('by promtool', { skip: haveLayer('prometheus') ? false : 'make lab-packages' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-prometheus-'));
  after(() => rmSync(directory, { recursive: true }));
  const promtool = (words: readonly string[], input = ''): void => {
    const program = join(layerDirectory('prometheus'), 'usr/bin/promtool');
    const { status, stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8' });
    assert.equal(status, 0, `${words.join(' ')}\n${stdout}${stderr}`);
  };

  test('the rules are what Prometheus takes, and play as they should', () => {
    promtool(['check', 'rules', rules]);
    promtool(['test', 'rules', example('prometheus/mha-helper.rules.test.yml')]);
  });

  test('each query of the dashboard is one', () => {
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$cluster', 'a')));
    const records = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    const path = join(directory, 'queries.yml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules: records }] }));
    promtool(['check', 'rules', path]);
  });

  test("what the monitor answers has Prometheus' form", () => {
    const seen = { at: 1, holders: 1, writable: 1, notSeen: 0, leftToDo: 0, lag: [{ host: 'db11', seconds: 3 }] };
    const record = { conf: '/a', cluster: 'a', workdir: null, lastFailoverMinute: 0, state: newCluster, facts: seen };
    promtool(['check', 'metrics'], metricsText([record], 1));
  });
});
