// The unit tests that only compute, in one process: one for each file costs more than most of them. Those below build
// and adapters have to do with processes, files and sockets, and are run file by file.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

const files = globSync(['*.test.ts', '!(adapters|build)/**/*.test.ts'], { cwd: import.meta.dirname });
if (files.length === 0) throw new Error('no unit tests found');

// No test begins while others are loaded, which would hold it up.
const loaded = Promise.withResolvers<void>();
before(() => loaded.promise);
for (const file of files.toSorted()) {
  await import(join(import.meta.dirname, file)).catch((error: unknown) => {
    void test(file, () => {
      throw error;
    });
  });
}
loaded.resolve();
