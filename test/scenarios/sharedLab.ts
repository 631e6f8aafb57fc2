// One lab for all tests of a describe().
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Lab } from '../lab/lab.ts';
import { clusterLab } from './cluster.ts';

/** Is made before the first test and taken away after the last. @returns the lab, while tests run */
export function sharedLab(options: Parameters<typeof clusterLab>[0] = {}): () => Lab {
  let lab: Lab | undefined;
  before(async () => {
    lab = await clusterLab(options);
  });
  after(async () => {
    await lab?.stop();
  });
  return () => lab ?? assert.fail('no lab');
}
