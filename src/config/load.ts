import type { Files, Log } from '../context/Context.ts';
import type { HostSettings } from './options.ts';

// Interface agreed with the callers; see parse.ts and forHost.ts.
export declare function loadHostSettings(
  directory: string, hosts: readonly string[], files: Files, log: Log,
): Promise<readonly HostSettings[]>;
