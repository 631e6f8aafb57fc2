import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { cells, chosenCells } from '../../matrix/cells.ts';
import { matrixMarkdown, withMatrix } from '../../matrix/matrixTable.ts';
import { type CellResult, readResults } from '../../matrix/results.ts';
import { reason } from '../../matrix/trials.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const works = { works: true, outagesSeconds: [], acknowledged: 0, lost: 0 } as const;

describe('the matrix', () => {
  test('a row for each server with GTID and without; a reason is told once, below; what was not run says so', () => {
    const no = { works: false, why: 'the server | says no' } as const;
    const found: CellResult = {
      server: 'MySQL 5.6.24',
      on: '2026-01-02',
      seconds: 121,
      trials: {
        checks: works,
        planned: { ...works, outagesSeconds: [0.251], acknowledged: 9 },
        back: { ...works, outagesSeconds: [0.3], acknowledged: 9, lost: 2 },
        alive: no,
        gone: no,
      },
    };
    const lines = matrixMarkdown({ 'mysql-5.6': found }).split('\n');
    assert.equal(lines.filter((line) => line.startsWith('| `')).length, cells.length - 1);
    assert.ok(
      lines.includes(
        '| MySQL 5.6.24, file and position | works | 0.25 s; 0 of 9 lost | 0.30 s; **2 of 9 lost** | **does not** ' +
          '(1) | **does not** (1) | not run |',
      ),
      lines.join('\n'),
    );
    assert.deepEqual(lines.slice(-4), [
      '1. the server | says no',
      '',
      '1 of 8 cells run, 2 minutes together, 2026-01-02.',
      '',
    ]);
  });

  test('docs/figures.md has the table of docs/matrix.json', () => {
    const readme = readFileSync(file('docs/figures.md'), 'utf8');
    assert.equal(
      withMatrix(readme, readResults(file('docs/matrix.json'))),
      readme,
      'node test/matrix/matrix.ts --table',
    );
  });

  test('cells are chosen by name', () => {
    assert.deepEqual(
      chosenCells('mysql-5.6, mysql-9.7-gtid').map(({ name }) => name),
      ['mysql-5.6', 'mysql-9.7-gtid'],
    );
    assert.equal(chosenCells('').length, 8);
    assert.throws(
      () => chosenCells('mysql-8'),
      /^Error: matrix: no cell mysql-8; there are: mariadb-10\.11, mariadb-10\.11-gtid, /,
    );
  });

  test('the reason is the first error of MHA, on its line or the next', () => {
    const at = 'Tue Nov 24 15:40:34 2026 - [error][/usr/share/perl5/MHA/MasterMonitor.pm, ln364]';
    assert.equal(
      reason(`ok\n${at} None of slaves can be master. at /usr/bin/masterha_manager line 50.\n${at} more`),
      'None of slaves can be master.',
    );
    assert.equal(reason(`${at} \nGenerating diff files failed\n`), 'Generating diff files failed');
    assert.equal(reason('nothing said\nat the end\n'), 'at the end');
  });
});
