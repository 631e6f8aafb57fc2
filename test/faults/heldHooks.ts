// MHA's hooks that wait: so that something can happen exactly between two of them. MHA calls a script, the script
// calls the hook.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sections } from '../lab/exampleConfiguration.ts';
import { script, writeCommand } from '../lab/hostFiles.ts';
import type { Lab } from '../lab/lab.ts';
import type { Hold } from './row.ts';

const directory = '/tmp/held';
const kinds = { online: 'master_ip_online_failover_helper', hard: 'master_ip_hard_failover_helper' } as const;
const pathOf = (kind: keyof typeof kinds): string => `/usr/local/bin/held-${kind}`;

/** For MHA's application file. */
export const heldHooksConfiguration: Sections = {
  'server default': { master_ip_online_change_script: pathOf('online'), master_ip_failover_script: pathOf('hard') },
};

/** Lays the scripts down, on each manager; those of mgr wait at these moments until `letGo`. */
export async function holdHooks(lab: Lab, holds: readonly Hold[]): Promise<void> {
  for (const name of lab.managers) await script(lab.holder.hostInits[name], heldScripts(name === 'mgr' ? holds : []));
}

function heldScripts(holds: readonly Hold[]): string[] {
  return [
    `rm -rf ${directory}`,
    `mkdir -p ${directory}`,
    ...holds.map((hold) => `touch ${file('hold', hold)}`),
    ...(Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) =>
      writeCommand({ path: pathOf(kind), mode: '755', content: heldHook(kinds[kind]) }),
    ),
  ];
}

/** No hook waits any more. */
export async function removeHolds(lab: Lab): Promise<void> {
  const paths = (Object.keys(kinds) as (keyof typeof kinds)[]).map(pathOf).join(' ');
  for (const name of lab.managers) await script(lab.holder.hostInits[name], [`rm -rf ${directory} ${paths}`]);
}

/** @returns when a hook has come to that moment */
export async function untilHeld(lab: Lab, hold: Hold, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while ((await lab.exec('mgr', ['test', '-e', file('at', hold)])).code !== 0) {
    if (performance.now() > end) throw new Error(`no hook has come to the moment "${hold}"`);
    await sleep(50);
  }
}

export async function letGo(lab: Lab, hold: Hold): Promise<void> {
  await script(lab.holder.hostInits.mgr, [`rm -f ${file('hold', hold)}`]);
}

function file(what: 'hold' | 'at', hold: Hold): string {
  return `${directory}/${what}-${hold.replace(' ', '-')}`;
}

function heldHook(hook: string): string {
  return [
    '#!/bin/sh',
    'for word; do case $word in --command=*) command=${word#--command=} ;; esac; done',
    `held() { test -e ${directory}/hold-$1-$command || return 0; touch ${directory}/at-$1-$command; ` +
      `while test -e ${directory}/hold-$1-$command; do sleep 0.05; done; }`,
    'held before',
    `/usr/bin/${hook} "$@"`,
    'code=$?',
    'held after',
    'exit $code',
  ].join('\n');
}
