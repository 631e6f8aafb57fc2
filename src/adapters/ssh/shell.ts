// Commands over one SSH connection. Several may run at the same time.
import type { Client, ClientChannel } from 'ssh2';
import type { CommandResult, Shell } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText, oneLine, ifAny } from '../../errors/message.ts';
import { deadlineFailure, drainMs, exitStatus, inSeconds, shown } from '../processes/childProcess.ts';
import type { Transport } from './proxy.ts';
import { RemoteOutput, remoteLimitMs, remoteScript, seconds } from './remoteCommand.ts';

/** A peer that is told goodbye gets so long to close before the socket is destroyed. */
const goodbyeMs = 100;

/** Wraps a client that is past authentication. */
export function sshShell(label: string, client: Client, transport: Transport): Shell {
  const pending = new Set<(failure: Failure) => void>();
  let lost: Failure | undefined;
  const lose = (reason: string) => {
    lost ??= new Failure('ssh', `${label}: ${reason}`, {
      hint: 'what was running there may have been done or not: check the host',
    });
    for (const fail of pending) fail(lost);
    pending.clear();
  };
  client.on('error', (error: Error) => lose(`the SSH connection was lost: ${errorText(error)}`));
  client.on('end', () => lose('the host closed the SSH connection'));
  const closed = new Promise<void>((resolve) => {
    client.on('close', () => {
      lose('the SSH connection was lost');
      resolve();
    });
  });
  function begun(argv: readonly string[], timeoutMs: number): Begun {
    const broken = lost;
    if (broken !== undefined) return { isOver: () => true, go: () => Promise.reject(broken) };
    const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
    // One that nobody says the word for fails unheard.
    promise.catch(() => undefined);
    const settle = (act: () => void) => {
      pending.delete(fail);
      act();
    };
    const fail = (failure: Failure) => settle(() => command.stop(failure));
    const command = new RemoteCommand(label, argv, timeoutMs, transport, {
      done: (result) => settle(() => resolve(result)),
      failed: (failure) => settle(() => reject(failure)),
    });
    pending.add(fail);
    command.begin(client);
    return {
      isOver: () => command.isOver,
      go() {
        command.go();
        return promise;
      },
    };
  }
  return {
    label,
    run(argv, timeoutMs) {
      return begun(argv, timeoutMs).go();
    },
    arm(argv, timeoutMs) {
      const { go, isOver } = begun(argv, timeoutMs);
      // What has failed before the word was never started there.
      return () => (isOver() ? begun(argv, timeoutMs).go() : go());
    },
    async close() {
      lose('the SSH connection was closed');
      let timer: NodeJS.Timeout | undefined;
      client.end();
      await Promise.race([closed, new Promise<void>((resolve) => (timer = setTimeout(resolve, goodbyeMs)))]);
      clearTimeout(timer);
      transport.stream.destroy();
    },
  };
}

interface Begun {
  readonly isOver: () => boolean;
  readonly go: () => Promise<CommandResult>;
}

interface Outcome {
  done(result: CommandResult): void;
  failed(failure: Failure): void;
}

class RemoteCommand {
  readonly #label: string;
  readonly #argv: readonly string[];
  readonly #timeoutMs: number;
  readonly #transport: Transport;
  readonly #outcome: Outcome;
  readonly #output = new RemoteOutput();
  #channel: ClientChannel | undefined;
  #timers: NodeJS.Timeout[] = [];
  /** When the word was given. */
  #begin: number | undefined;
  #code: number | undefined;
  #goAt: number | undefined;
  #limitMs = 0;
  #over = false;

  constructor(label: string, argv: readonly string[], timeoutMs: number, transport: Transport, outcome: Outcome) {
    this.#label = label;
    this.#argv = argv;
    this.#timeoutMs = timeoutMs;
    this.#transport = transport;
    this.#outcome = outcome;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The word: its time counts from here. */
  go(): void {
    this.#begin = performance.now();
    if (this.#over) return;
    this.#timers[0] = setTimeout(() => this.#deadline(), this.#timeoutMs);
    if (this.#output.ready && this.#channel !== undefined) this.#start(this.#channel);
  }

  /** All but the program itself. */
  begin(client: Client): void {
    try {
      if (this.#argv.length === 0) throw new Failure('internal', `${this.#label}: no command to run`);
      client.exec(remoteScript(this.#argv, this.#timeoutMs), (error, channel) => {
        if (error !== undefined)
          return this.stop(this.#failure(`the host did not take the command: ${errorText(error)}`));
        return this.#opened(channel);
      });
    } catch (error) {
      this.stop(error instanceof Failure ? error : this.#failure(errorText(error)));
    }
  }

  /** Ends it with a failure; a second end is ignored. */
  stop(failure: Failure): void {
    this.#end(() => this.#outcome.failed(failure));
  }

  #opened(channel: ClientChannel): void {
    this.#channel = channel;
    channel.on('error', () => undefined);
    if (this.#over) return channel.close();
    channel.on('data', (chunk: Buffer) => {
      this.#output.pushStdout(chunk);
      if (this.#output.ready) this.#start(channel);
      this.#drain();
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#output.pushStderr(chunk);
      this.#drain();
    });
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#code = exitStatus(code, signal);
      this.#drain();
    });
    channel.on('close', () => this.#finished());
  }

  #start(channel: ClientChannel): void {
    if (this.#begin === undefined || this.#goAt !== undefined) return;
    this.#goAt = performance.now();
    this.#limitMs = remoteLimitMs(this.#timeoutMs, this.#timeoutMs - (this.#goAt - this.#begin));
    if (this.#limitMs > 0) channel.end(`${seconds(this.#limitMs)}\n`);
  }

  /**
   * A child in the background may keep the channel open for ever: after the exit status, read on while something comes.
   */
  #drain(): void {
    if (this.#code === undefined || this.#over) return;
    clearTimeout(this.#timers[1]);
    this.#timers[1] = setTimeout(() => this.#finished(), drainMs);
  }

  #finished(): void {
    const code = this.#code;
    const output = this.#output;
    if (output.timeoutMissing) {
      return this.stop(
        new Failure('ssh', `${this.#label}: the program "timeout" is missing there`, {
          hint: 'install coreutils; without it a command could go on after it was given up',
        }),
      );
    }
    if (!output.started) {
      const said = oneLine(output.preface);
      return this.stop(
        this.#failure(
          `the login shell there did not run "${shown(this.#argv)}"${ifAny(': ', said.slice(0, 300))}`,
          'it must be a POSIX shell that may log in, and no command= of authorized_keys may stand in between',
        ),
      );
    }
    if (code === undefined) return this.stop(this.#failure(`"${shown(this.#argv)}" ended without an exit status`));
    if ((code === 124 || code === 137) && performance.now() - (this.#goAt ?? 0) >= this.#limitMs) {
      return this.stop(deadlineFailure(this.#label, this.#argv, this.#timeoutMs, 'it was stopped on the host'));
    }
    return this.#end(() => this.#outcome.done({ code, stdout: output.stdout, stderr: output.stderr }));
  }

  #deadline(): void {
    if (!this.#output.ready) {
      return this.stop(
        new Failure(
          'deadline',
          `${this.#label}: the login shell was not ready within ${inSeconds(this.#timeoutMs)} to run ` +
            `"${shown(this.#argv)}"`,
          { hint: 'the command was not started' },
        ),
      );
    }
    // Sent, and no sign that it arrived: it must not arrive any more.
    if (!this.#output.started && this.#limitMs > 0) this.#transport.abort();
    return this.stop(
      deadlineFailure(
        this.#label,
        this.#argv,
        this.#timeoutMs,
        this.#output.started ? 'it may still be running there: the host did not end it' : 'the host does not answer',
      ),
    );
  }

  #failure(message: string, hint?: string): Failure {
    return new Failure('ssh', `${this.#label}: ${message}`, hint === undefined ? {} : { hint });
  }

  #end(settle: () => void): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#channel?.close();
    settle();
  }
}
