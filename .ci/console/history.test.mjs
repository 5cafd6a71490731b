// What the page computes from the worker's sums.
import assert from 'node:assert/strict';
import test from 'node:test';
import { History, isAdded, isRejected, latencyQuantile, more, rateOf, rejectedShare, stageTime }
  from '../../src/main/resources/console/history.js';

/** A state at so many seconds, with so many commands added (all within 10 ms) and rejected (all within 40 ms). */
const state = (second, added, rejected = 0) => ({
  worker: {
    at: second * 1000,
    commands: [
      { outcome: 'added', code: 'none', kind: 'new', count: added },
      { outcome: 'rejected', code: 'X', kind: 'new', count: rejected },
    ],
    latency: { millis: [10, 20, 40], counts: [added, added, added + rejected, added + rejected] },
    stages: { persist: { count: second, sum: second * 0.005 } },
    lanes: [],
  },
});

test('rates and shares come from the difference of two samples', () => {
  const history = new History();
  assert.equal(history.now(rateOf(isAdded)), null);
  history.add(state(0, 1000));
  history.add(state(2, 1100, 50));
  assert.equal(history.now(rateOf(isAdded)), 50);
  assert.equal(history.now(rateOf(isRejected)), 25);
  assert.equal(history.now(more(state(0, 0).worker.commands[0])), 100);
  assert.equal(Math.round(history.now(rejectedShare)), 33);
  assert.equal(history.now(stageTime('persist')), 5);
});

test('a quantile lies within its bucket, on a straight line between the bounds', () => {
  const before = state(0, 0);
  assert.equal(latencyQuantile(0.5)(before, state(1, 100)), 5);
  assert.equal(latencyQuantile(0.5)(before, state(1, 0, 100)), 30);
  assert.equal(latencyQuantile(0.5)(before, before), null, 'nothing was answered');
  const slower = state(1, 0);
  slower.worker.latency.counts = [0, 0, 0, 10];
  assert.equal(latencyQuantile(0.5)(before, slower), 40, 'slower than the last bound');
});

test('a worker that was started anew starts a new history', () => {
  const history = new History();
  history.add(state(0, 1000));
  history.add(state(1, 1010));
  history.add(state(2, 3));
  assert.equal(history.samples.length, 1);
  assert.equal(history.now(rateOf(isAdded)), null);
});

test('ten minutes are kept', () => {
  const history = new History();
  for (let second = 0; second < 1000; second++) {
    history.add(state(second, second));
  }
  assert.equal(history.samples.length, 610);
  assert.ok(history.columns(rateOf(isAdded))[1].every((rate) => rate === 1));
});
