// Hands the monitor's mails over, one at a time, beside the ticks.
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
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
}
