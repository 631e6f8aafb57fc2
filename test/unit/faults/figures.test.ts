import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from '../../faults/referee/figures.ts';
import type { HostSight, Sight } from '../../faults/referee/sight.ts';

const master: HostSight = { writable: true, holds: true, linked: true };
const replica: HostSight = { writable: false, holds: false, linked: true };
const at = (atMs: number, db10: HostSight, db11: HostSight): Sight => ({ atMs, hosts: { db10, db11 } });
const end = (endMs: number): Parameters<typeof figuresOf>[1] => ({ endMs, looks: 1, blindMs: 50 });

test('one master after the other is no fault, and the time between them is an outage', () => {
  const figures = figuresOf([at(0, master, replica), at(100, replica, replica), at(350, replica, master)], end(1000));
  assert.deepEqual(
    [figures.wh2Ms, figures.w2Ms, figures.h2Ms, figures.longestOutageMs, figures.writable, figures.holders],
    [0, 0, 0, 250, ['db11'], ['db11']],
  );
});

test('two masters are counted for as long as there are two', () => {
  const figures = figuresOf([at(0, master, replica), at(100, master, master), at(400, replica, master)], end(1000));
  assert.deepEqual([figures.wh2Ms, figures.w2Ms, figures.h2Ms], [300, 300, 300]);
});

test('two writable servers of which one has the address, and two holders of which one is writable', () => {
  const writable = figuresOf([at(0, master, { ...replica, writable: true })], end(70));
  assert.deepEqual([writable.wh2Ms, writable.w2Ms, writable.h2Ms], [0, 70, 0]);
  const held = figuresOf([at(0, master, { ...replica, holds: true })], end(70));
  assert.deepEqual([held.wh2Ms, held.w2Ms, held.h2Ms], [0, 0, 70]);
});

test('a host behind a pulled cable counts for nothing but its own figure', () => {
  const cut = { ...master, linked: false };
  const figures = figuresOf([at(0, cut, replica), at(200, cut, master), at(500, master, master)], end(600));
  assert.deepEqual(
    [figures.wh2Ms, figures.w2Ms, figures.wh2BehindCutMs, figures.longestOutageMs],
    [100, 100, 300, 200],
  );
});

test('an outage to the end is counted to the end', () => {
  assert.equal(figuresOf([at(0, master, replica), at(100, replica, replica)], end(5000)).longestOutageMs, 4900);
});
