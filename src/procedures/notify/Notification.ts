// What notify_command reads, as JSON. The names stay. Pure.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';

export interface Notification {
  readonly version: 1;
  /** The gravest of `events`, in lower case with hyphens: `not-protected`, `failover`, `planned-switch`. */
  readonly event: string;
  readonly events: readonly string[];
  /** `happened` has no end. */
  readonly state: 'begins' | 'over' | 'happened';
  readonly severity: 'critical' | 'warning' | 'info';
  readonly cluster: string;
  /** MHA's application file. */
  readonly conf: string;
  /** Where this was said. */
  readonly manager: string;
  /** ISO 8601. */
  readonly at: string;
  /** As the subject of the mail. */
  readonly subject: string;
  readonly text: string;
  readonly hosts: readonly string[];
  readonly links: { readonly status: string; readonly history: string; readonly record: string };
}

export type Happened = Pick<Notification, 'subject' | 'text' | 'events' | 'state' | 'severity'>;

export interface Place {
  readonly app: Pick<ApplicationConfig, 'name' | 'file' | 'servers'>;
  readonly manager: string;
  readonly at: string;
  /** Path of the hooks' record. */
  readonly record: string;
}

/** So much of a text is told: what is longer is in the mail. */
const longestText = 16_000;

export function notificationOf(happened: Happened, { app, manager, at, record }: Place): Notification {
  const { file: conf, name: cluster } = app;
  return {
    version: 1,
    event: happened.events[0] ?? 'other',
    events: happened.events,
    state: happened.state,
    severity: happened.severity,
    cluster,
    conf,
    manager,
    at,
    subject: happened.subject,
    text: happened.text.slice(0, longestText),
    hosts: [...new Set(app.servers.map(({ hostname }) => hostname))],
    links: { status: `mha-helper status -c ${conf}`, history: `mha-helper history -c ${conf}`, record },
  };
}

/** Of one of the monitor's mails. */
export function happenedOf({ subject, text }: { readonly subject: string; readonly text: string }): Happened {
  const isOver = /^(?:over: |protected again|watched again)/.test(subject);
  const what = subject.replace(/^over: /, '');
  const isAlarm = /^[A-Z]{2}/.test(what);
  const events = what.split(', ').map(eventOf);
  if (isOver) return { subject, text, events, state: 'over', severity: 'info' };
  return isAlarm
    ? { subject, text, events, state: 'begins', severity: what.startsWith('PAUSED') ? 'warning' : 'critical' }
    : { subject, text, events, state: 'happened', severity: 'info' };
}

/** A failover that did not work is an incident of protection, and ends with it. */
const protection = /^(?:NOT (?:WELL )?PROTECTED|FAILOVER|OLD MASTER NOT CLOSED|protected again|watched again)/;

function eventOf(subject: string): string {
  if (protection.test(subject)) return 'not-protected';
  return (
    subject
      .replace(/ until .*/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'other'
  );
}
