// A row of the matrix: one fault at one moment, and what must be true then.
import type { ServerName } from '../lab/databaseServer.ts';
import type { DatabaseName } from '../lab/hosts.ts';
import type { Sections } from '../lab/exampleConfiguration.ts';
import type { Stage } from './stage.ts';

export interface Row {
  /** `undo-third-master`: words that stand together in a list, from the general to the special. */
  readonly id: string;
  /** What happens, as an operator would say it. */
  readonly fault: string;
  /** When it happens. */
  readonly moment: string;
  readonly given?: Given;
  readonly act: (stage: Stage) => Promise<void>;
  readonly expect: Expect;
  /** From the beginning of `act`; a busy machine included. */
  readonly endsWithinMs: number;
  /** Servers beside MariaDB by file and position that this row is tried with. */
  readonly also?: readonly Variant[];
  /** It makes sense with these alone. */
  readonly only?: readonly Variant[];
  /** Where it stands in faults.md or from-the-field.md, as the issue numbers them; for whoever compares. */
  readonly source?: string;
}

export type Variant = ServerName | `${ServerName}-gtid`;

/** How the lab differs from the example when the row begins. */
export interface Given {
  readonly helper?: Sections;
  readonly application?: Sections;
  /** `seed`: only /sbin/ip and /sbin/arping, which is not where Debian has arping. Default: the recommended line. */
  readonly sudoers?: 'recommended' | 'seed';
  readonly address?: 'IPv4' | 'IPv6';
  /** Moments at which MHA's hooks wait until they are let go (heldHooks.ts). */
  readonly holds?: readonly Hold[];
  /** Semi-synchronous: what the master has acknowledged, a replica has received. */
  readonly semiSynchronous?: true;
  /** Several, which share etcd: with short times, and each server keeps what it is asked. Default 1. */
  readonly managers?: 3;
}

export type HookCommand = 'stop' | 'stopssh' | 'start';
export type Hold = `${'before' | 'after'} ${HookCommand}`;

/** `refused`: anything but 0 and 10, after which MHA does not go on. */
export type ExitCode = number | readonly number[] | 'refused';

export interface Expect {
  /** Of the programs that `act` has named. */
  readonly exits?: Readonly<Record<string, ExitCode>>;
  /** Who takes writes and has the address at the end; `nobody`: a person must decide. */
  readonly master: DatabaseName | readonly DatabaseName[] | 'nobody' | 'unchecked';
  /** May take writes at the end too, without the address: the fault has opened it. */
  readonly alsoWritable?: DatabaseName;
  /** Limits in ms of the referee's figures; 0 where nothing is said. */
  readonly wh2Ms?: number;
  /** `by hand`: the fault itself makes a second writable server. */
  readonly w2Ms?: number | 'by hand';
  /** Of the time without a server that takes writes and has the address. */
  readonly outageMs?: number;
  /** Acknowledged writes that the master, or a replica that says it is in step, does not have; told: `says` has it. */
  readonly lost?: 'none' | 'told' | 'not counted';
  /** In what the programs printed, MHA's log, the monitor's log or a mail. */
  readonly says?: readonly RegExp[];
  readonly saysNot?: readonly RegExp[];
  /** Statements of a manager that leads no more, by which it takes back what it had closed itself. */
  readonly takesBack?: readonly RegExp[];
}
