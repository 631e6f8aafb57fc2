// The lab with a MySQL that MHA 0.58 does not know. Skipped where its root directory has not been made (see mysqlServer.ts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { startLab } from './lab.ts';
import { MYSQL, MYSQL_ROOT } from './mysqlServer.ts';
import { lostWrites, startWriter } from './writer.ts';

test('three MySQL servers replicate, and a reset moves the master', { skip: existsSync(MYSQL_ROOT) ? false : `no ${MYSQL_ROOT}` }, async () => {
  const lab = await startLab({ server: MYSQL });
  try {
    const [row] = await lab.sql('db10', 'SELECT @@global.super_read_only AS value');
    assert.equal(row?.['value'], 0);
    await lab.makeMaster('db11');
    const writer = await startWriter(lab);
    await writer.progress(20);
    await writer.stop();
    assert.equal(await lostWrites(lab, 'db11', writer), 0);
    assert.deepEqual(await lab.vipHolders(), ['db11']);
    assert.deepEqual(await lab.writableServers(), ['db11']);
  } finally {
    await lab.stop();
  }
});
