import assert from 'node:assert/strict';
import { test } from 'node:test';
import { managerLine } from '../../../../src/procedures/check/checkManager.ts';

test('a manager that pings is well, anything else is a warning', () => {
  assert.equal(managerLine('PING_OK').severity, 'ok');
  assert.deepEqual(managerLine('CONFIG_ERROR'), { severity: 'warning', text: 'masterha_manager: CONFIG_ERROR' });
  assert.match(managerLine(null).text, /^masterha_manager does not run: nothing would fail over by itself$/);
  assert.match(managerLine(null).hint ?? '', /mha-helper monitor start/);
});
