// What the page says of a state as a worker writes it: WorkerStateTest compares the file with what the worker's own code makes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { answerOf, stopOf } from '../../src/main/resources/console/words.js';

const state = JSON.parse(await readFile(new URL('../../src/test/resources/console/state.json', import.meta.url)));

test('a stopped partition is named, with its topic unless that is the commands\'', () => {
  const stopped = state.worker.lanes.flatMap((lane) => lane.partitions).filter((each) => each.stopped !== null);
  assert.deepEqual(stopped.map(stopOf), [
    'Partition 3 is stopped: no broker leads it now',
    'Partition 3 of the verification outcomes is stopped: no broker leads it now',
  ]);
});

test('every answer that is no rejection is told by what it was', () => {
  assert.deepEqual(state.worker.now.commands.map(answerOf),
    ['added', 'verification_sent', 'verified', 'deleted', 'InvalidParameter.Name']);
});
