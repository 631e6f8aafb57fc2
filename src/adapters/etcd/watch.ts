// A watch ends with the connection it is on, and whoever watches is told. Taking it up again in silence would hide that
// time had passed in which nothing was heard.
import type { StoreEvent, StoreWatcher } from '../../context/Store.ts';
import { StoreFailure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import { entryOf } from './entries.ts';
import { converse, untilConnected, type Conversation } from './endpoint.ts';
import type { Members } from './members.ts';
import { eventType, methods, type RangeRequest, type WatchResponse } from './messages.ts';

const connectMs = 3000;

export function watchPrefix(
  members: Members,
  range: RangeRequest,
  startRevision: number,
  watcher: StoreWatcher,
): () => void {
  const member = members.current();
  let conversation: Conversation<{ createRequest: RangeRequest & { startRevision: number } }> | undefined;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    conversation?.end();
  };
  const ended = (why: Error): void => {
    if (isOver) return;
    end();
    members.passOver(member);
    watcher.ended(why);
  };
  const answer = ({ canceled, cancelReason, compactRevision, events }: WatchResponse): void => {
    if (canceled) {
      const compacted = `what was before revision ${compactRevision} is no longer kept`;
      const why = compactRevision === '0' ? cancelReason : compacted;
      ended(new StoreFailure(`etcd at ${member.name}: the watch was ended: ${why}`, 'no'));
    } else if (events.length > 0) watcher.changed(events.map(eventOf));
  };
  const begin = async (): Promise<void> => {
    await untilConnected(member, connectMs);
    const token = await members.token(member, connectMs);
    if (isOver) return;
    conversation = converse(member, methods.watch, token, { answer, ended });
    conversation.say({ createRequest: { ...range, startRevision } });
  };
  begin().catch((error: unknown) => ended(asFailure(error)));
  return end;
}

function eventOf({ type, kv }: WatchResponse['events'][number]): StoreEvent {
  const entry = entryOf(kv);
  if (type === eventType.delete) return { kind: 'removed', key: entry.key, revision: entry.changeRevision };
  return { kind: 'put', entry };
}
