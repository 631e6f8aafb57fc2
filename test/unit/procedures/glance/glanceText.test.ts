import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clustersText, glanceText } from '../../../../src/procedures/glance/glanceText.ts';
import { glance, master, replica, status } from './glances.ts';

const plain = { colored: false, width: 80 };

test('a cluster that is well, whole', () => {
  assert.equal(
    glanceText(glance(), plain),
    `app1  /etc/mha/app1.cnf  2026-01-31T03:00:00.000Z
OK: all is as it must be

host  role     address  read_only  replication  lag
db10  master   has it   OFF        -            -
db11  replica  -        ON         db10, runs   0 s
db12  replica  -        ON         db10, runs   0 s

host  server           events  position
db10  MariaDB 10.11.6  ON, 2   0-1-42
db11  MariaDB 10.11.6  ON, 0   0-1-42
db12  MariaDB 10.11.6  ON, 0   0-1-42

writer address: 192.0.2.155 (metal)

app1: protected
  state      PING_OK since 2026-01-31T02:00:00.000Z, master db10
  processes  masterha_manager 41, monitor 40, restarts 0
  failover   none yet`,
  );
});

const spoilt = glance({
  attention: [
    'db11 does not replicate',
    'NOT PROTECTED: masterha_manager: NOT_RUNNING; "mha-helper monitor start -c /etc/mha/app1.cnf"',
  ],
  servers: [
    master,
    replica('db11', { replicationRuns: false, secondsBehind: null, superReadOnly: true }),
    replica('db12.a-long-domain.example.com', {
      role: 'silent',
      readOnly: null,
      holdsAddress: null,
      replicatesFrom: null,
      version: null,
      eventScheduler: null,
      gtid: null,
      position: null,
    }),
  ],
});

test('what is not as it must be comes first, with words for every state, within 80 columns', () => {
  const lines = glanceText(spoilt, plain).split('\n');
  assert.deepEqual(lines.slice(1, 5), [
    'NOT as it must be:',
    '! db11 does not replicate',
    '! NOT PROTECTED: masterha_manager: NOT_RUNNING; "mha-helper monitor start -c',
    '  /etc/mha/app1.cnf"',
  ]);
  const text = lines.join('\n');
  assert.match(text, /^db11 +replica +- +ON, super {2}db10, STOPPED {2}\?$/m);
  assert.match(text, /^db12\.a-long\S+ +NO ANSWER +\? +\? +\? +\?$/m);
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
});

test('a long set of GTIDs is cut in its middle: where it ends counts', () => {
  const gtid = Array.from(
    { length: 5 },
    (_, index) => `3E11FA47-71CA-11E1-9E33-C80AA942956${index}:1-${index}77`,
  ).join();
  const text = glanceText(glance({ servers: [{ ...master, gtid }] }), plain);
  const line = text.split('\n').find((one) => one.includes('3E11FA47')) ?? '';
  assert.ok(line.length <= 80, line);
  assert.match(line, /3E11FA47.*\.\.\..*:1-477$/);
});

test('colours say nothing that words do not', () => {
  const colored = glanceText(spoilt, { ...plain, colored: true });
  assert.match(colored, /\u001b\[31m/);
  assert.equal(colored.replaceAll(/\u001b\[\d+m/g, ''), glanceText(spoilt, plain));
  assert.doesNotMatch(glanceText(spoilt, plain), /\u001b/);
});

test('where nothing could be looked at, that is said and no table is shown', () => {
  const text = glanceText(glance({ servers: [], monitor: null, attention: ['/x: permission denied'] }), plain);
  assert.match(text, /\nNOT KNOWN, or not as it must be:\n! \/x: permission denied$/);
});

test('several clusters: a line each, what is wrong first', () => {
  const second = glance({ cluster: 'shop', servers: [], monitor: null, attention: ['it is not known'] });
  assert.equal(
    clustersText([glance(), second, glance({ cluster: 'web', monitor: { ...status, protected: false } })], plain),
    `shop
NOT KNOWN, or not as it must be:
! it is not known

cluster             master  replicas    address on  protected
app1     OK         db10    2 of 2 run  db10        yes
shop     NOT OK: 1  ?       ?           -           ?
web      OK         db10    2 of 2 run  db10        NO`,
  );
});
