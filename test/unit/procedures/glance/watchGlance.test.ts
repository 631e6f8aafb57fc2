import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Terminal } from '../../../../src/context/Context.ts';
import { screen, watchGlance } from '../../../../src/procedures/glance/watchGlance.ts';
import { fakeTools } from '../../../doubles/tools.ts';

class FakeTerminal implements Terminal {
  readonly drawn: (readonly string[])[] = [];
  left = 0;
  press: (key: string) => void = () => undefined;

  size(): { columns: number; rows: number } {
    return { columns: 80, rows: 24 };
  }

  enter(onKey: (key: string) => void): () => void {
    this.press = onKey;
    return () => {
      this.left++;
    };
  }

  draw(lines: readonly string[]): void {
    this.drawn.push(lines);
  }
}

for (const key of ['q', 'Q', '\u0003']) {
  test(`drawn again until ${JSON.stringify(key)}, and the terminal is given back`, async () => {
    const terminal = new FakeTerminal();
    let looks = 0;
    const look = (): Promise<string> => {
      looks++;
      terminal.press('x');
      if (looks === 3) terminal.press(key);
      return Promise.resolve(`look ${looks}`);
    };
    await watchGlance(look, 2000, terminal, fakeTools(''));
    assert.deepEqual(
      terminal.drawn.map(([first]) => first),
      ['look 1', 'look 2', 'look 3'].slice(0, terminal.drawn.length),
    );
    assert.ok(terminal.drawn.length >= 2);
    assert.equal(terminal.left, 1);
  });
}

test('whoever presses q does not wait for a host that does not answer', async () => {
  const terminal = new FakeTerminal();
  const watching = watchGlance(() => new Promise(() => undefined), 2000, terminal, fakeTools(''));
  terminal.press('q');
  await watching;
  assert.deepEqual([terminal.drawn, terminal.left], [[], 1]);
});

test('a look that fails gives the terminal back too', async () => {
  const terminal = new FakeTerminal();
  const failing = watchGlance(() => Promise.reject(new Error('no')), 2000, terminal, fakeTools(''));
  await assert.rejects(failing, /no/);
  assert.equal(terminal.left, 1);
});

test('a screen: what does not fit is told, no line wraps, and colours take no room', () => {
  const text = ['\u001b[31mabcdefghij\u001b[39m', 'two', 'three', 'four'].join('\n');
  assert.deepEqual(screen(text, { columns: 5, rows: 3 }, 5000), ['\u001b[31mabcde\u001b[39m', 'two', '2 mor']);
  assert.deepEqual(screen('one', { columns: 80, rows: 24 }, 5000), ['one', 'q quits; every 5 s']);
});
