import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { keepInCache, makeInCache } from '../../lab/cache.ts';
import { SERVER_NAMES } from '../../lab/databaseServer.ts';
import { ownMariadb } from '../../lab/mariadbServer.ts';
import { chosenServer } from '../../lab/servers.ts';

describe('LAB_SERVER and LAB_GTID', () => {
  test("choose the server; without them it is the machine's own, by file and position", () => {
    assert.deepEqual(
      [chosenServer({}).name, chosenServer({}).gtid, chosenServer({}).fetched],
      [ownMariadb(), false, []],
    );
    for (const name of SERVER_NAMES)
      assert.deepEqual(
        [
          chosenServer({ LAB_SERVER: name, LAB_GTID: '1' }).name,
          chosenServer({ LAB_SERVER: name, LAB_GTID: '1' }).gtid,
        ],
        [name, true],
      );
  });

  test('anything else is refused in a line that names what there is', () => {
    assert.throws(() => chosenServer({ LAB_SERVER: 'mysql-8.0' }), {
      message: 'lab: LAB_SERVER=mysql-8.0 is not known; it may be mariadb-10.11, mariadb-11.8, mysql-5.6, mysql-9.7',
    });
    assert.throws(() => chosenServer({ LAB_GTID: 'yes' }), {
      message: 'lab: LAB_GTID=yes: 1 (replication by GTID) or 0 (by file and position)',
    });
  });
});

describe('the cache', () => {
  function inDirectory(run: (cache: string) => void): void {
    const cache = mkdtempSync(join(tmpdir(), 'mha-helper-cache-'));
    try {
      run(cache);
    } finally {
      rmSync(cache, { recursive: true });
    }
  }

  test('what is made is there whole; a make that fails leaves nothing, and what was there before stays', () => {
    inDirectory((cache) => {
      const destination = join(cache, 'servers', 'one');
      const broken = (): void => {
        makeInCache(
          destination,
          (root) => {
            writeFileSync(join(root, 'half'), '');
            throw new Error('no network');
          },
          cache,
        );
      };
      assert.throws(broken, /no network/);
      assert.deepEqual([existsSync(destination), readdirSync(cache)], [false, ['servers']]);
      makeInCache(
        destination,
        (root) => {
          writeFileSync(join(root, 'whole'), '');
        },
        cache,
      );
      assert.throws(broken, /no network/);
      assert.deepEqual([readdirSync(destination), readdirSync(cache)], [['whole'], ['servers']]);
    });
  });

  test('what somebody else has put there meanwhile may be in use, and stays', () => {
    inDirectory((cache) => {
      const destination = join(cache, 'one');
      const make = (file: string) => (root: string) => {
        writeFileSync(join(root, file), '');
      };
      keepInCache(destination, make('first'), cache);
      keepInCache(destination, make('second'), cache);
      assert.deepEqual([readdirSync(destination), readdirSync(cache)], [['first'], ['one']]);
    });
  });

  test('what a killed process has left is swept away, what a living one makes is not', () => {
    inDirectory((cache) => {
      // Larger than any process id of Linux.
      for (const maker of ['4194305', String(process.pid)])
        mkdirSync(join(cache, `new-${maker}-abcdef`, 'root'), { recursive: true });
      makeInCache(join(cache, 'one'), () => undefined, cache);
      assert.deepEqual(readdirSync(cache).sort(), [`new-${process.pid}-abcdef`, 'one']);
    });
  });
});
