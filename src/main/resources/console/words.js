// What the page says of the worker's facts.

/** @param each of "commands" of /console/state: a rejection is told by its code, what succeeded by what it was */
export const answerOf = (each) => (each.outcome === 'rejected' ? each.code : each.outcome)

/** @param partition of a lane of /console/state that is stopped */
export const stopOf = (partition) => 'Partition ' + partition.name + ' is stopped: ' + partition.stopped
