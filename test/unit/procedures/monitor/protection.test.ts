import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyUnprotected, type Facts } from '../../../../src/procedures/monitor/protection.ts';

const good: Facts = {
  monitored: true,
  status: 'PING_OK',
  failed: false,
  oldMaster: null,
  findings: [],
  watched: true,
  completeAt: 0,
  lastFailoverMinute: 60,
  now: 3_600_000,
};

for (const [facts, why] of [
  [{}, null],
  [{ lastFailoverMinute: 0, completeAt: 3_600_000 }, null],
  [{ watched: false }, /^the monitor has not looked at the servers yet$/],
  [{ findings: ['one', 'two'] }, /^one; two$/],
  [{ findings: ['one'], oldMaster: 'old', status: 'CONFIG_ERROR' }, /^old; one; masterha_manager: CONFIG_ERROR$/],
  [{ monitored: false }, /nobody would start it again/],
  [{ status: 'CONFIG_ERROR' }, /CONFIG_ERROR$/],
  [{ status: 'PING_FAILING', hesitation: 'why' }, /PING_FAILING: why$/],
  [{ status: 'FAILOVER_RUNNING' }, /a failover is running/],
  [{ failed: true }, /failover\.error/],
  [{ completeAt: 1 }, /no failover before 1970-01-01T01:00:00\.001Z/],
] as const) {
  test(`${JSON.stringify(facts)}: ${why === null ? 'protected' : String(why)}`, () => {
    const said = whyUnprotected({ ...good, ...facts });
    if (why === null) assert.equal(said, null);
    else assert.match(said ?? '', why);
  });
}
