/** One line on a terminal that says what is going on and for how long; nothing where output goes to a file. */
export class Progress {
  async during<T>(what: string, work: Promise<T>, detail: () => Promise<string>): Promise<T> {
    if (!process.stdout.isTTY) return work;
    const began = performance.now();
    let asking = false;
    let text = '';
    const timer = setInterval(() => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const more = text === '' ? '' : `, ${text}`;
      process.stdout.write(`\r\u001b[K  ... ${what}: ${seconds} s${more}`);
      if (asking) return;
      asking = true;
      detail()
        .then(
          (found) => {
            text = found;
          },
          () => undefined,
        )
        .finally(() => {
          asking = false;
        });
    }, 200);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      process.stdout.write('\r\u001b[K');
    }
  }
}
