import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { runSteps } from '../../../src/steps/runSteps.ts';
import type { Step } from '../../../src/steps/Step.ts';
import { fakeStepTools } from '../../doubles/stepTools.ts';

interface Script {
  readonly so?: boolean;
  readonly apply?: () => void;
  readonly verify?: () => void;
  readonly undo?: (() => void) | null;
  readonly leaves?: boolean;
  readonly before?: Record<string, boolean>;
}

/** A step that writes down what happens to it. */
function step(id: string, seen: string[], script: Script = {}): Step {
  return {
    id,
    title: `do ${id}`,
    check: () => Promise.resolve(script.so === true ? null : (script.before ?? {})),
    apply: () => {
      seen.push(`apply ${id}`);
      script.apply?.();
      return Promise.resolve({});
    },
    verify: () => {
      script.verify?.();
      return Promise.resolve();
    },
    ...(script.leaves === true ? { failureLeaves: (failure: Failure) => [`${id}: ${failure.message}`] } : {}),
    ...(script.undo === null
      ? {}
      : {
          undo: {
            title: `undo ${id}`,
            run: (before) => {
              seen.push(`undo ${id} ${JSON.stringify(before)}`);
              script.undo?.();
              return Promise.resolve([]);
            },
          },
        }),
  };
}

const fail = (): never => {
  throw new Failure('address', 'it broke', { hint: 'mend it' });
};

describe('runSteps', () => {
  test('interrupted after a step that commits, it goes on to its end; before it, all is undone', async () => {
    for (const commits of [true, false]) {
      const seen: string[] = [];
      const interruption = new AbortController();
      const tools = { ...fakeStepTools(), interrupted: interruption.signal };
      const interrupt = (): void => interruption.abort(new Failure('interrupted', 'SIGTERM'));
      const broken = (): never => {
        throw new Failure('interrupted', 'SIGTERM');
      };
      const steps = [
        step('open', seen),
        { ...step('assign', seen, { apply: interrupt }), commits },
        step('look', seen, { leaves: true, apply: broken }),
        step('last', seen),
      ];
      if (commits) {
        assert.deepEqual((await runSteps(steps, tools)).leftToDo, ['look: SIGTERM']);
        assert.deepEqual(seen, ['apply open', 'apply assign', 'apply look', 'apply last']);
      } else {
        await assert.rejects(runSteps(steps, tools), { kind: 'interrupted' });
        assert.deepEqual(seen, ['apply open', 'apply assign', 'undo assign {}', 'undo open {}']);
      }
    }
  });

  describe('a step that is read back while others go on', () => {
    /** The first of two, or of three. */
    function readLater(seen: string[], readBack: () => Promise<void>): Step {
      return { ...step('freeze', seen), apply: () => Promise.resolve({ detail: 'frozen', readBack: readBack() }) };
    }
    const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

    test('is done when that has ended, and has its line before theirs', async () => {
      const seen: string[] = [];
      const tools = fakeStepTools();
      const gate = Promise.withResolvers<undefined>();
      const close = step('close', seen, { apply: () => gate.resolve(undefined) });
      const freeze = readLater(seen, async () => {
        await gate.promise;
        await soon();
        seen.push('read back');
      });
      await runSteps([freeze, close], tools);
      assert.deepEqual(seen, ['apply close', 'read back']);
      assert.deepEqual(tools.log.lines, ['1/2 do freeze: done, frozen (N ms)', '2/2 do close: done (N ms)']);
      assert.deepEqual(tools.journaled, ['begun freeze', 'begun close', 'done close', 'done freeze']);
    });

    test('is told and recorded as soon as it is known, whatever others wait for', async () => {
      const tools = fakeStepTools();
      const waits = {
        ...step('drain', []),
        verify: async () => {
          await soon();
          assert.deepEqual(tools.log.lines, ['1/2 do freeze: done, frozen (N ms)']);
          assert.deepEqual(tools.journaled, ['begun freeze', 'begun drain', 'done freeze']);
        },
      };
      await runSteps([readLater([], soon), waits], tools);
      assert.deepEqual(tools.log.lines.slice(1), ['2/2 do drain: done (N ms)']);
    });

    test('undoes theirs too when that fails', async () => {
      const seen: string[] = [];
      const freeze = readLater(seen, async () => {
        await soon();
        fail();
      });
      await assert.rejects(runSteps([freeze, step('close', seen)], fakeStepTools()), {
        kind: 'address',
        message: 'could not do freeze: it broke; everything this run had changed was undone',
      });
      assert.deepEqual(seen, ['apply close', 'undo close {}', 'undo freeze {}']);
    });

    test('keeps others from beginning once it is known that it fails', async () => {
      const seen: string[] = [];
      const freeze = readLater(seen, () => Promise.reject(new Failure('address', 'it broke')));
      const slow = { ...step('look', seen), verify: soon };
      await assert.rejects(runSteps([freeze, slow, step('close', seen)], fakeStepTools()), { kind: 'address' });
      assert.deepEqual(seen, ['apply look', 'undo look {}', 'undo freeze {}']);
    });

    test('is waited for before anything is undone', async () => {
      const seen: string[] = [];
      const freeze = readLater(seen, async () => {
        await soon();
        seen.push('read back');
      });
      await assert.rejects(runSteps([freeze, step('close', seen, { apply: fail })], fakeStepTools()), {
        message: 'could not do close: it broke; everything this run had changed was undone',
      });
      assert.deepEqual(seen, ['apply close', 'read back', 'undo close {}', 'undo freeze {}']);
    });

    test('is done again over a new connection where the one for it was lost', async () => {
      const seen: string[] = [];
      let calls = 0;
      const freeze = {
        ...step('freeze', seen),
        apply: () => {
          calls += 1;
          const lost = new Failure('ssh', 'db10: the SSH connection was lost');
          const readBack = soon().then(() => (calls === 1 ? Promise.reject(lost) : {}));
          return Promise.resolve({ readBack });
        },
      };
      const tools = fakeStepTools();
      await runSteps([freeze, step('close', seen)], tools);
      assert.equal(calls, 2);
      assert.deepEqual(tools.journaled, ['begun freeze', 'begun close', 'done close', 'done freeze']);
    });
  });

  test('runs in order and says what it did', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const result = await runSteps([step('a', seen), step('b', seen, { so: true }), step('c', seen)], tools);
    assert.deepEqual(seen, ['apply a', 'apply c']);
    assert.deepEqual(result.leftToDo, []);
    assert.deepEqual(
      result.changes.map((change) => change.step.id),
      ['a', 'c'],
    );
    assert.deepEqual(tools.log.lines, [
      '1/3 do a: done (N ms)',
      '2/3 do b: already so (N ms)',
      '3/3 do c: done (N ms)',
    ]);
    assert.deepEqual(tools.journaled, ['begun a', 'done a', 'begun c', 'done c']);
  });

  test('a failure stops, and undoes in reverse order what this run changed, the failed step included', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const steps = [
      step('a', seen, { before: { was: true } }),
      step('b', seen, { so: true }),
      step('c', seen, { undo: null }),
      step('d', seen, { apply: fail }),
      step('e', seen),
    ];
    await assert.rejects(runSteps(steps, tools), {
      kind: 'address',
      exitCode: 6,
      hint: 'mend it',
      message: 'could not do d: it broke; everything this run had changed was undone',
    });
    assert.deepEqual(seen, ['apply a', 'apply c', 'apply d', 'undo d {}', 'undo a {"was":true}']);
    assert.deepEqual(tools.journaled, ['begun a', 'done a', 'begun c', 'done c', 'begun d', 'undone d', 'undone a']);
  });

  test('a step that does not read back as it should is undone too', async () => {
    const seen: string[] = [];
    await assert.rejects(runSteps([step('a', seen, { verify: fail })], fakeStepTools()), { kind: 'address' });
    assert.deepEqual(seen, ['apply a', 'undo a {}']);
  });

  test('an undo that fails does not stop the others, and is named', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    await assert.rejects(
      runSteps([step('a', seen), step('b', seen, { undo: fail }), step('c', seen, { apply: fail })], tools),
      {
        kind: 'undo',
        exitCode: 11,
        message: 'could not do c: it broke; NOT undone, do it by hand: undo b (it broke -- mend it)',
      },
    );
    assert.deepEqual(seen, ['apply a', 'apply b', 'apply c', 'undo c {}', 'undo b {}', 'undo a {}']);
    assert.ok(tools.log.lines.includes('! undo: undo b: FAILED: it broke -- mend it'));
  });

  test('an undo whose connection broke is tried once more over a new one', async () => {
    const seen: string[] = [];
    const lost = Object.assign(new Error('closed'), { code: 'PROTOCOL_CONNECTION_LOST' });
    const once = (): void => {
      if (seen.filter((what) => what.startsWith('undo a')).length < 2)
        throw new Failure('mysql', 'lost', { cause: lost });
    };
    const steps = [step('a', seen, { undo: once }), step('b', seen, { apply: fail })];
    await assert.rejects(runSteps(steps, fakeStepTools()), { message: /everything this run had changed was undone$/ });
    assert.deepEqual(seen, ['apply a', 'apply b', 'undo b {}', 'undo a {}', 'undo a {}']);
  });

  test('an undo that decides comes first; where it refuses, the rest is left as it is', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const deciding = (undo: () => void): Step => {
      const made = step('a', seen, { undo });
      return { ...made, undo: { title: 'undo a', run: () => Promise.resolve([]), ...made.undo, decides: true } };
    };
    const later = [step('b', seen), step('c', seen, { apply: fail })];
    await assert.rejects(runSteps([deciding(() => undefined), ...later], tools), { kind: 'address' });
    assert.deepEqual(seen.splice(0).slice(3), ['undo a {}', 'undo c {}', 'undo b {}']);
    const refuse = (): never => {
      throw new Failure('refused', 'it stays');
    };
    await assert.rejects(runSteps([deciding(refuse), ...later], tools), {
      kind: 'undo',
      message: /; NOT undone: it stays$/,
    });
    assert.deepEqual(seen.slice(3), ['undo a {}']);
    assert.ok(tools.log.lines.includes('! undo: it stays; all is left as it is'));
  });

  test('with nothing changed the message says so', async () => {
    const seen: string[] = [];
    const broken: Step = { ...step('a', seen), check: () => Promise.reject(new Failure('mysql', 'gone')) };
    await assert.rejects(runSteps([broken], fakeStepTools()), {
      message: 'could not do a: gone; nothing had been changed',
    });
    assert.deepEqual(seen, []);
  });

  test('what cannot be undone is not told as unchanged; who goes on has no more time than before', async () => {
    const tools = fakeStepTools(1_000);
    await assert.rejects(runSteps([step('a', [], { undo: null }), step('b', [], { undo: null, apply: fail })], tools), {
      message: 'could not do b: it broke; what had been done was left as it is',
    });
    await assert.rejects(runSteps([step('a', [], { apply: fail })], tools), {
      message: /everything this run had changed was undone/,
    });
    assert.equal(tools.budget.limit(5_000), 1_000);
  });

  test('a step whose failure leaves something to do does not stop the run', async () => {
    const seen: string[] = [];
    const result = await runSteps([step('a', seen, { apply: fail, leaves: true }), step('b', seen)], fakeStepTools());
    assert.deepEqual(result.leftToDo, ['a: it broke']);
    assert.deepEqual(seen, ['apply a', 'apply b']);
  });

  test('unless undoing is better after all', async () => {
    for (const isBetter of [false, true]) {
      const seen: string[] = [];
      const failing = {
        ...step('b', seen, { apply: fail, leaves: true }),
        failureUndoes: () => Promise.resolve(isBetter),
      };
      const running = runSteps([step('a', seen), failing, step('c', seen)], fakeStepTools());
      if (isBetter) await assert.rejects(running, { kind: 'address' });
      else assert.deepEqual((await running).leftToDo, ['b: it broke']);
      assert.equal(seen.includes('undo a {}'), isBetter);
      assert.equal(seen.includes('apply c'), !isBetter);
    }
  });

  test('a signal undoes like a failed step, even where a failure would leave something to do', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const interrupt = (): void => tools.interruption.abort(new Failure('interrupted', 'SIGTERM'));
    await assert.rejects(runSteps([step('a', seen, { apply: interrupt }), step('b', seen, { leaves: true })], tools), {
      kind: 'interrupted',
      exitCode: 8,
    });
    assert.deepEqual(seen, ['apply a', 'undo a {}']);
  });

  test('a run that has used up its time undoes, and the undoing has time of its own', async () => {
    const tools = fakeStepTools(1_000);
    const seen: string[] = [];
    const steps = [
      step('a', seen, {
        apply: () => {
          tools.clock.advance(1_001);
        },
        undo: () => {
          tools.budget.limit(10);
        },
      }),
      step('b', seen),
    ];
    await assert.rejects(runSteps(steps, tools), {
      kind: 'deadline',
      message: 'could not do b: the test has used up its 1 s; everything this run had changed was undone',
    });
    assert.deepEqual(seen, ['apply a', 'undo a {}']);
  });

  test('what a killed run had changed is undone as if this run had done it', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const inherited = new Map([
      ['a', { before: { writable: true }, run: 'r1' }],
      ['b', { before: { writable: true }, run: 'r1' }],
    ]);
    const steps = [
      step('a', seen, { so: true }),
      step('b', seen, { before: { writable: false } }),
      step('c', seen, { apply: fail }),
    ];
    await assert.rejects(runSteps(steps, tools, inherited), { kind: 'address' });
    assert.deepEqual(seen, ['apply b', 'apply c', 'undo c {}', 'undo b {"writable":true}', 'undo a {"writable":true}']);
    assert.ok(tools.journaled.includes('undone a of r1'));
    assert.deepEqual(
      tools.journaled.slice(0, 3),
      ['begun a', 'done a', 'begun b'],
      'it is in the record of this run too',
    );
  });

  test('an error nobody foresaw undoes as well and leaves with 1', async () => {
    const seen: string[] = [];
    const steps = [
      step('a', seen),
      step('b', seen, {
        apply: () => {
          throw new TypeError('x is not a function');
        },
      }),
    ];
    await assert.rejects(runSteps(steps, fakeStepTools()), { kind: 'internal', exitCode: 1 });
    assert.deepEqual(seen, ['apply a', 'apply b', 'undo b {}', 'undo a {}']);
  });

  test('a run that can wait does nothing that is not in the record', async () => {
    const tools = fakeStepTools();
    const seen: string[] = [];
    const begun = tools.journal.begun;
    const journal = {
      ...tools.journal,
      begun: (id: string) => (id === 'b' ? Promise.resolve(false) : begun(id, '', {})),
    };
    const steps = [step('a', seen), step('b', seen)];
    await assert.rejects(runSteps(steps, { ...tools, journal, mustRecord: true }), {
      kind: 'refused',
      message: /^could not do b: it cannot be recorded, .*; everything this run had changed was undone$/,
    });
    assert.deepEqual(seen, ['apply a', 'undo a {}']);
    await runSteps(steps, { ...tools, journal });
    assert.deepEqual(seen.slice(2), ['apply a', 'apply b'], 'a dead master cannot wait');
  });

  test('what broke with its connection is done once more, unless another manager leads by now', async () => {
    for (const leads of [true, false]) {
      const seen: string[] = [];
      let asked = 0;
      const still = (): Promise<void> => {
        asked += 1;
        return leads ? Promise.resolve() : Promise.reject(new Failure('refused', 'mgr2 leads'));
      };
      const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      const once = (): void => {
        if (seen.filter((what) => what === 'apply b').length === 1) throw new Failure('mysql', 'lost', { cause: lost });
      };
      const running = runSteps([step('a', seen), step('b', seen, { apply: once })], { ...fakeStepTools(), still });
      if (leads) {
        await running;
        assert.deepEqual(seen, ['apply a', 'apply b', 'apply b']);
      } else {
        await assert.rejects(running, { kind: 'refused', message: /^could not do b: mgr2 leads; every/ });
        assert.deepEqual(seen, ['apply a', 'apply b', 'undo b {}', 'undo a {}']);
      }
      assert.equal(asked, 1);
    }
  });
});
