// Keys to try, in OpenSSH's order: the agent's (those named by IdentityFile first), then the files. Never a password,
// never a prompt.
import { ifAny } from '../../errors/message.ts';
import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, BaseAgent, IdentityCallback, ParsedKey } from 'ssh2';
import type { SshConfig } from './clientConfig.ts';
import { fingerprint } from './knownHosts.ts';

type Ssh2 = typeof import('ssh2');

export interface Credentials {
  /** The next thing to try; false when there is none left. */
  next(): AnyAuthMethod | false;
  readonly exhausted: boolean;
  /** What was tried and what was not, in words, for the message of the failure. */
  account(): string;
  note(text: string): void;
}

interface Identity {
  readonly file: string;
  /** Public part, from the private key or from the .pub file beside it. */
  readonly publicKey: Buffer | undefined;
  readonly privateKey: ParsedKey | undefined;
  readonly obstacle: string | undefined;
}

/** Reads the identity files; the missing ones are left out, the unusable ones are remembered for the message. */
export async function loadCredentials(ssh2: Ssh2, config: SshConfig): Promise<Credentials> {
  const identities: Identity[] = [];
  for (const file of config.identityFiles) {
    const identity = await readIdentity(ssh2, file);
    if (identity !== undefined) identities.push(identity);
  }
  const tried: string[] = [];
  const notes: string[] = [];
  const offered = new Set<string>();
  const socket = config.agentSocket;
  const steps: (() => AnyAuthMethod | undefined)[] = [];
  const offerAgentKey = (key: ParsedKey) => {
    offered.add(key.getPublicSSH().toString('base64'));
    tried.push(`${key.comment || key.type} from the agent (${fingerprint(key.getPublicSSH())})`);
  };
  if (socket !== undefined) {
    steps.push(() => ({
      type: 'agent',
      username: config.user,
      agent: orderedAgent(ssh2, socket, identities, config.identitiesOnly, offerAgentKey),
    }));
  }
  for (const { file, privateKey } of identities) {
    if (privateKey === undefined) continue;
    steps.push(() => {
      if (offered.has(privateKey.getPublicSSH().toString('base64'))) return undefined;
      tried.push(file);
      return { type: 'publickey', username: config.user, key: privateKey };
    });
  }
  let exhausted = false;
  return {
    get exhausted() {
      return exhausted;
    },
    next() {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        const method = step();
        if (method !== undefined) return method;
      }
      exhausted = true;
      return false;
    },
    note: (text) => void notes.push(text),
    account() {
      const obstacles = identities.flatMap((each) =>
        each.obstacle === undefined || (each.publicKey !== undefined && offered.has(each.publicKey.toString('base64')))
          ? []
          : [`${each.file} ${each.obstacle}`],
      );
      const left = [...obstacles, ...notes].join('; ');
      const files = config.identityFiles.join(', ') || 'the identity files';
      return 'tried ' + (tried.join(', ') || `no key (there is none among ${files})`) + ifAny('; ', left);
    },
  };
}

async function readIdentity(ssh2: Ssh2, file: string): Promise<Identity | undefined> {
  const publicKey = await readFile(`${file}.pub`).then(
    (text) => parsed(ssh2, text)?.getPublicSSH(),
    () => undefined,
  );
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A public key alone still says which of the agent's keys is meant.
    if (code === 'ENOENT')
      return publicKey === undefined ? undefined : { file, publicKey, privateKey: undefined, obstacle: undefined };
    return { file, publicKey, privateKey: undefined, obstacle: `cannot be read (${code ?? 'error'})` };
  }
  const key = ssh2.utils.parseKey(text);
  const first = Array.isArray(key) ? (key[0] as ParsedKey) : key;
  if (first instanceof Error) {
    const encrypted = /encrypted/i.test(first.message) || text.includes('ENCRYPTED');
    return {
      file,
      publicKey,
      privateKey: undefined,
      obstacle: encrypted ? 'needs a passphrase and is not in the agent' : `cannot be used (${first.message})`,
    };
  }
  if (!first.isPrivateKey())
    return { file, publicKey: first.getPublicSSH(), privateKey: undefined, obstacle: undefined };
  return { file, publicKey: first.getPublicSSH(), privateKey: first, obstacle: undefined };
}

function parsed(ssh2: Ssh2, text: Buffer): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(text);
  return key instanceof Error ? undefined : key;
}

/** The agent with its keys in our order: a server takes about six tries, then it hangs up. */
function orderedAgent(
  ssh2: Ssh2,
  socket: string,
  identities: readonly Identity[],
  only: boolean,
  offer: (key: ParsedKey) => void,
): BaseAgent {
  const wanted = identities.flatMap(({ publicKey }) => (publicKey === undefined ? [] : [publicKey.toString('base64')]));
  const place = (key: ParsedKey) => {
    const index = wanted.indexOf(key.getPublicSSH().toString('base64'));
    return index < 0 ? wanted.length : index;
  };
  class OrderedAgent extends ssh2.OpenSSHAgent {
    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      super.getIdentities((error, found) => {
        if (error) return callback(error);
        const keys = ((found ?? []) as ParsedKey[])
          .filter((key) => !only || place(key) < wanted.length)
          .sort((a, b) => place(a) - place(b));
        keys.forEach(offer);
        return callback(undefined, keys);
      });
    }
  }
  return new OrderedAgent(socket);
}
