// Hands the monitor's mails over, one at a time, beside the ticks.
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { notify, notifyAgain } from '../notify/notify.ts';
import { happenedOf } from '../notify/Notification.ts';
import { sendNotice, type ClusterSettings } from './clusterSettings.ts';
import type { Notice } from './clusterState.ts';

/** A mail that could not be handed over is tried again after so long, in ms. */
const againMs = 60_000;

export class NoticeSender {
  readonly #name: string;
  readonly #conf: string;
  readonly #tools: Tools;
  #sending = false;
  #notBefore = 0;
  /** Handed to notify_command: they are in files of their own since. */
  readonly #told = new WeakSet<Notice>();
  readonly #toTell: Notice[] = [];
  #notifying = false;
  #againAt = 0;

  constructor(name: string, conf: string, tools: Tools) {
    this.#name = name;
    this.#conf = conf;
    this.#tools = tools;
  }

  /**
   * Begins with the first of them, unless one is on its way, or must wait.
   * @param sent gets what must be tried again; null: nothing
   */
  send(
    outbox: readonly Notice[],
    settings: ClusterSettings | null,
    now: number,
    sent: (rest: Notice | null) => void,
    complain: (text: string) => void,
  ): void {
    this.#notify(outbox, now, settings);
    const [notice] = outbox;
    if (notice === undefined || settings === null || this.#sending || now < this.#notBefore) return;
    this.#sending = true;
    sendNotice(notice, this.#name, this.#conf, settings, this.#tools)
      .then(
        (rest) => {
          sent(rest);
          if (rest !== null) this.#notBefore = now + againMs;
        },
        (error: unknown) => {
          this.#notBefore = now + againMs;
          complain(errorLine(error));
        },
      )
      .finally(() => {
        this.#sending = false;
      });
  }

  /** By notify_command: what is new at once, and each minute what waits. Beside the mails, which do not wait for it. */
  #notify(outbox: readonly Notice[], now: number, settings: ClusterSettings | null): void {
    const { app = null, host = null } = settings ?? {};
    if (app === null || host === null) return;
    const news = outbox.filter((notice) => notice.to === undefined && !this.#told.has(notice));
    for (const notice of news) this.#told.add(notice);
    this.#toTell.push(...news);
    if (this.#notifying || (this.#toTell.length === 0 && now < this.#againAt)) return;
    this.#notifying = true;
    const tell = async (): Promise<void> => {
      if (now >= this.#againAt) await notifyAgain(app, this.#tools);
      for (let notice = this.#toTell.shift(); notice !== undefined; notice = this.#toTell.shift())
        await notify(happenedOf(notice), app, host.cluster, this.#tools);
    };
    void tell().finally(() => {
      this.#notifying = false;
      this.#againAt = now + againMs;
    });
  }
}
