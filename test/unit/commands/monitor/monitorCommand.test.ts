import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readListenAddress, readWait } from '../../../../src/commands/monitor/monitorCommand.ts';

test('addresses to listen on, and waits', () => {
  assert.deepEqual(
    [readListenAddress('127.0.0.1:9399'), readListenAddress('[::1]:1')],
    [
      { host: '127.0.0.1', port: 9399 },
      { host: '::1', port: 1 },
    ],
  );
  for (const bad of ['9399', '127.0.0.1', '127.0.0.1:0', ':9399'])
    assert.throws(() => readListenAddress(bad), /must be ADDRESS:PORT/, bad);
  assert.equal(readWait('5'), 5000);
  assert.throws(() => readWait('-1'), /whole number of seconds/);
});
