// All members of one etcd: which of them is asked, and with whose login. A member that gave no answer is not asked
// first again until the others have failed, too.
import type { StoreLogin } from '../../context/Store.ts';
import { StoreFailure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { readSecretFile } from '../files/secretFile.ts';
import { unary, untilConnected, type Endpoint } from './endpoint.ts';
import { callFailure, isRefusal, wantsNewLogin } from './failures.ts';
import type { ServiceError } from './grpc.ts';
import { methods } from './messages.ts';

/** Sends one request to one member. @throws ServiceError of gRPC */
export type Send<Response> = (member: Endpoint, token: string | undefined, timeoutMs: number) => Promise<Response>;

/**
 * `harmless`: it may be sent to one member after the other, and twice. `once`: after it was sent and not answered
 * nobody is asked again, for it may have been done.
 */
export type Repetition = 'harmless' | 'once';

export class Members {
  readonly #members: readonly Endpoint[];
  readonly #login: StoreLogin | undefined;
  #first = 0;
  #token: Promise<string> | undefined;

  constructor(members: readonly Endpoint[], login: StoreLogin | undefined) {
    this.#members = members;
    this.#login = login;
  }

  /** @throws StoreFailure of the member that was asked last */
  async call<Response>(repetition: Repetition, timeoutMs: number, send: Send<Response>): Promise<Response> {
    const endsAt = performance.now() + timeoutMs;
    let failure: StoreFailure | undefined;
    for (let tried = 0; tried < this.#members.length; tried += 1) {
      const member = this.current();
      const left = endsAt - performance.now();
      if (left <= 0) break;
      // A member that is silent must leave time for the others.
      const share = left / (this.#members.length - tried);
      try {
        return await this.#callOne(member, share, repetition === 'once' ? left : share, send);
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        failure = error;
        if (isFinal(error)) throw error;
        this.passOver(member);
        if (repetition === 'once' && error.made !== 'no') throw error;
      }
    }
    throw failure ?? new StoreFailure('etcd: no time is left to ask', 'no', { kind: 'deadline' });
  }

  /** The one that is asked next. */
  current(): Endpoint {
    const member = this.#members[this.#first];
    if (member === undefined) throw new StoreFailure('etcd: there is no endpoint', 'no');
    return member;
  }

  /** Another one is asked next, unless that was so already. */
  passOver(member: Endpoint): void {
    if (this.#members[this.#first] === member) this.#first = (this.#first + 1) % this.#members.length;
  }

  /** Undefined where nobody logs in. @throws StoreFailure; nothing else was sent then */
  async token(member: Endpoint, timeoutMs: number): Promise<string | undefined> {
    if (this.#login === undefined) return undefined;
    const name = this.#login.user;
    const password = passwordOf(this.#login);
    this.#token ??= unary(member, methods.authenticate, { name, password }, undefined, timeoutMs).then(
      ({ token }) => token,
    );
    const asked = this.#token;
    try {
      return await asked;
    } catch (error) {
      this.#forget(asked);
      throw callFailure(member.name, error as ServiceError, timeoutMs, 'no');
    }
  }

  close(): void {
    for (const { client } of this.#members) client.close();
  }

  #forget(token: Promise<string> | undefined): void {
    if (this.#token === token) this.#token = undefined;
  }

  async #callOne<Response>(member: Endpoint, connectMs: number, timeoutMs: number, send: Send<Response>) {
    const endsAt = performance.now() + timeoutMs;
    const left = (): number => Math.max(1, endsAt - performance.now());
    await untilConnected(member, connectMs);
    const token = await this.token(member, Math.min(left(), connectMs));
    const used = this.#token;
    try {
      return await send(member, token, left());
    } catch (error) {
      if (!wantsNewLogin(error as ServiceError)) throw callFailure(member.name, error as ServiceError, timeoutMs);
      this.#forget(used);
    }
    // It was refused before anything was done.
    const renewed = await this.token(member, left());
    try {
      return await send(member, renewed, left());
    } catch (error) {
      throw callFailure(member.name, error as ServiceError, timeoutMs);
    }
  }
}

/** Every other member would say the same. */
function isFinal({ cause }: StoreFailure): boolean {
  return cause instanceof Error && 'code' in cause && 'details' in cause && isRefusal(cause as ServiceError);
}

/** @throws StoreFailure */
function passwordOf(login: StoreLogin): string {
  if ('password' in login) return login.password;
  try {
    return readSecretFile(login.passwordFile);
  } catch (error) {
    throw new StoreFailure(`ha_password_file: ${errorText(error)}`, 'no', { cause: error });
  }
}
