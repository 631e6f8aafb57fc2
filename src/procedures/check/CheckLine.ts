import type { FailureKind } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import type { Finding } from '../../vip/Provider.ts';

/** Something that was looked at, and what was found. */
export interface CheckLine {
  /** A host of the cluster, the manager host, or `cluster` for all of them together. */
  readonly where: string;
  readonly severity: 'ok' | 'warning' | 'error';
  readonly text: string;
  readonly hint?: string;
  /** Of an error: decides the exit code. */
  readonly kind?: FailureKind;
}

export type Body = Omit<CheckLine, 'where'>;

export function ok(text: string): Body {
  return { severity: 'ok', text };
}

/** A failover or a switch would work, but worse. */
export function warning(text: string, hint?: string): Body {
  return { severity: 'warning', text, ...(hint === undefined ? {} : { hint }) };
}

/** A failover or a switch would fail. */
export function failed(kind: FailureKind, text: string, hint?: string): Body {
  return { severity: 'error', kind, text, ...(hint === undefined ? {} : { hint }) };
}

/** @param asWarning for what a failover does not need */
export function thrown(error: unknown, asWarning = false): Body {
  const { kind, message, hint } = asFailure(error);
  return asWarning ? warning(message, hint) : failed(kind, message, hint);
}

export function found({ severity, kind, text, hint }: Finding): Body {
  if (severity === 'note') return { ...ok(text), ...(hint === undefined ? {} : { hint }) };
  return severity === 'warning' ? warning(text, hint) : failed(kind ?? 'address', text, hint);
}

/** @param where see CheckLine */
export function at(where: string, bodies: readonly Body[]): readonly CheckLine[] {
  // Texts made for the log begin with the host; here it stands above.
  const prefix = `${where}: `;
  return bodies.map((body) => ({
    where,
    ...body,
    text: body.text.startsWith(prefix) ? body.text.slice(prefix.length) : body.text,
  }));
}
