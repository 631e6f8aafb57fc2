import assert from 'node:assert/strict';
import { test } from 'node:test';
import { managerLine } from '../../../../src/procedures/check/checkManager.ts';

test('a manager that pings is well, anything else is a warning', () => {
  assert.equal(managerLine('PING_OK', null).severity, 'ok');
  assert.deepEqual(managerLine('CONFIG_ERROR', null), { severity: 'warning', text: 'masterha_manager: CONFIG_ERROR' });
  assert.match(managerLine(null, null).text, /^masterha_manager does not run: nothing would fail over by itself$/);
  assert.match(managerLine(null, null).hint ?? '', /mha-helper monitor start/);
});

test('a manager that stands by goes by the word of the one that leads', () => {
  const seat = { standing: 'standby', leader: 'mgr1', word: { protected: true, why: null } } as const;
  const text = 'this manager stands by; mgr1 leads, and says that the cluster is';
  assert.deepEqual(managerLine(null, seat), { severity: 'ok', text: `${text} protected` });
  const not = managerLine(null, { ...seat, word: { protected: false, why: 'a pause' } });
  assert.deepEqual(not, { severity: 'warning', text: `${text} NOT PROTECTED: a pause` });
  for (const other of [
    { ...seat, leader: null },
    { ...seat, word: null },
    { ...seat, standing: 'suspended' as const },
  ])
    assert.match(managerLine(null, other).text, /^masterha_manager does not run/);
});
