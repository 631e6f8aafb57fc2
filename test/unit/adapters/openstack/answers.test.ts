import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPage } from '../../../../src/adapters/openstack/answers.ts';

test('a list is one, empty or not, with links to more and without', () => {
  assert.ok(isPage('ports', { ports: [] }));
  assert.ok(isPage('ports', { ports: [{ id: 'p', fixed_ips: [{ ip_address: '10.0.0.1' }] }] }));
  assert.ok(isPage('floatingips', { floatingips: [{ id: 'f', port_id: null }] }));
  assert.ok(isPage('routers', { routers: [{}], routers_links: [{ rel: 'next', href: '?marker=r' }] }));
});

test('everything else is none', () => {
  for (const value of [null, [], {}, { ports: null }, { ports: [null] }, { ports: [{ id: 1 }] }])
    assert.ok(!isPage('ports', value), JSON.stringify(value));
  assert.ok(!isPage('floatingips', { floatingips: [{ id: 'f', port_id: 7 }] }));
  assert.ok(!isPage('routers', { routers: [], routers_links: 'next' }));
});
