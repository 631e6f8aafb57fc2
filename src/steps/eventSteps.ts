// Writers that are not sessions: the event scheduler's events. They move with the master role. On a replica the server
// keeps them disabled by itself only where they arrive by replication; the old master would go on writing.
import { errorLine } from '../errors/message.ts';
import type { ScheduledEvent, Server } from '../mysql/Server.ts';
import type { RunRecord } from './journal.ts';
import type { Before, Step } from './Step.ts';

/** Events as a step's record has them. */
type Listed = Pick<ScheduledEvent, 'schema' | 'name' | 'definer'>;

/**
 * Before the master is closed: its event scheduler starts no event any more, and its events are disabled as they are on
 * a replica. Before read_only is set, because super_read_only would refuse that.
 */
export function stopEvents(server: Server): Step {
  return {
    id: `stop-events:${server.label}`,
    title: `stop the events of ${server.label}`,
    async check() {
      if ((await server.eventScheduler()) !== 'ON') return null;
      const enabled = (await server.scheduledEvents()).filter(({ status }) => status === 'enabled');
      return enabled.length === 0 ? null : { scheduler: 'ON', events: listText(enabled) };
    },
    async apply(before) {
      const events = eventsOf(before);
      await server.setEventScheduler(false);
      for (const event of events) await server.setEventEnabled(event, false);
      return { detail: names(events) };
    },
    verify: () => Promise.resolve(),
    undo: {
      title: `start the events of ${server.label} again`,
      async run(before) {
        for (const event of eventsOf(before)) await server.setEventEnabled(event, true);
        await server.setEventScheduler(before['scheduler'] === 'ON');
        return [];
      },
    },
  };
}

/**
 * The new master runs the events that the old one ran. Clients write by now, so a failure leaves it to a person.
 * @param wanted null: all that replication has disabled here, because nobody can ask the dead master which it ran
 */
export function startEvents(server: Server, wanted: readonly Listed[] | null): Step {
  const isWanted = ({ schema, name }: ScheduledEvent): boolean =>
    wanted === null || wanted.some((one) => one.schema === schema && one.name === name);
  return {
    id: `start-events:${server.label}`,
    title: `start the events of the old master on ${server.label}`,
    async check() {
      const asleep = (await server.scheduledEvents()).filter(
        (event) => event.status === 'disabled on replica' && isWanted(event),
      );
      return asleep.length === 0 ? null : { events: listText(asleep), scheduler: await server.eventScheduler() };
    },
    async apply(before) {
      const events = eventsOf(before);
      for (const event of events) await server.setEventEnabled(event, true);
      const detail = names(events);
      if (before['scheduler'] === 'ON') return { detail };
      if (wanted !== null && before['scheduler'] === 'OFF') {
        await server.setEventScheduler(true);
        return { detail };
      }
      const say =
        `set event_scheduler=ON on ${server.label} if its events (${detail}) are to run: it is ` +
        `${String(before['scheduler'])}`;
      return { detail, leftToDo: [say] };
    },
    verify: () => Promise.resolve(),
    failureLeaves: (failure) => [
      `start the events of ${server.label} (ALTER EVENT ... ENABLE): that failed (${errorLine(failure)})`,
    ],
  };
}

/** The events that this run has stopped on the old master; null where its record does not say. */
export function stoppedEvents(run: RunRecord): readonly Listed[] {
  const step = run.steps.find(({ id, state }) => id.startsWith('stop-events:') && state === 'done');
  return step === undefined ? [] : eventsOf(step.before);
}

function listText(events: readonly ScheduledEvent[]): string {
  return JSON.stringify(events.map(({ schema, name, definer }) => ({ schema, name, definer })));
}

function eventsOf(before: Before): readonly Listed[] {
  return JSON.parse(String(before['events'] ?? '[]')) as readonly Listed[];
}

/** Up to five names, for a line. */
function names(events: readonly Listed[]): string {
  const shown = events.slice(0, 5).map(({ schema, name }) => `${schema}.${name}`);
  return events.length > shown.length
    ? `${shown.join(', ')} and ${events.length - shown.length} more`
    : shown.join(', ');
}
