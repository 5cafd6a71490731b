// What the page computes from the worker's sums.
import assert from 'node:assert/strict';
import test from 'node:test';
import { History, isAdded, isRejected, latencyQuantile, more, rateOf, rejectedShare, stageTime }
  from '../../src/main/resources/console/history.js';

/** A sample at so many seconds, with so many commands added (all within 10 ms) and rejected (all within 40 ms). */
const sample = (second, added, rejected = 0) => ({
  at: second * 1000,
  commands: [
    { outcome: 'added', code: 'none', kind: 'new', count: added },
    { outcome: 'rejected', code: 'X', kind: 'new', count: rejected },
  ],
  latency: { millis: [10, 20, 40], counts: [added, added, added + rejected, added + rejected] },
  stages: { persist: { count: second, sum: second * 0.005 } },
  lag: 0,
});

test('rates and shares come from the difference of two samples', () => {
  const history = new History();
  assert.equal(history.now(rateOf(isAdded)), null);
  history.add(sample(0, 1000));
  history.add(sample(2, 1100, 50));
  assert.equal(history.now(rateOf(isAdded)), 50);
  assert.equal(history.now(rateOf(isRejected)), 25);
  assert.equal(history.now(more(sample(0, 0).commands[0])), 100);
  assert.equal(Math.round(history.now(rejectedShare)), 33);
  assert.equal(history.now(stageTime('persist')), 5);
});

test('a quantile lies within its bucket, on a straight line between the bounds', () => {
  const before = sample(0, 0);
  assert.equal(latencyQuantile(0.5)(before, sample(1, 100)), 5);
  assert.equal(latencyQuantile(0.5)(before, sample(1, 0, 100)), 30);
  assert.equal(latencyQuantile(0.5)(before, before), null, 'nothing was answered');
  const slower = sample(1, 0);
  slower.latency.counts = [0, 0, 0, 10];
  assert.equal(latencyQuantile(0.5)(before, slower), 40, 'slower than the last bound');
});

test('a worker that was started anew starts a new history', () => {
  const history = new History();
  history.add(sample(0, 1000));
  history.add(sample(1, 1010));
  history.add(sample(2, 3));
  assert.equal(history.samples.length, 1);
  assert.equal(history.now(rateOf(isAdded)), null);
});

test('ten minutes are kept', () => {
  const history = new History();
  for (let second = 0; second < 1000; second++) {
    history.add(sample(second, second));
  }
  assert.equal(history.samples.at(-1).at - history.samples[0].at, 610_000);
  assert.ok(history.columns(rateOf(isAdded))[1].every((rate) => rate === 1));
});

test('samples of the worker, each five seconds, go on in samples of the page, each second', () => {
  const history = new History();
  for (let second = 0; second <= 100; second += 5) {
    history.add(sample(second, second * 7));
  }
  for (let second = 101; second <= 120; second++) {
    history.add(sample(second, second * 7));
  }
  assert.ok(history.columns(rateOf(isAdded))[1].every((rate) => rate === 7));
  assert.equal(history.now(more(sample(0, 0).commands[0]), 60), 7 * 60);
  assert.equal(history.before(21, 10).at, 90_000, 'ten seconds before second 101, or the sample before that');
});
