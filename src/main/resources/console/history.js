// What the page remembers: one sample per second, for ten minutes. The worker tells sums since its start; everything per
// second, and every quantile, comes from the difference of two samples.

export const KEPT = 600
const WINDOW = 10 // seconds over which a rate or a quantile is taken: a batch per second would make it jump

export class History {
  samples = []

  /** @param state as /console/state tells it */
  add(state) {
    const last = this.samples.at(-1)
    if (last && (state.worker.at <= last.worker.at || total(state) < total(last))) {
      this.samples = [] // another worker answers now: its sums are its own
    }
    this.samples.push(state)
    if (this.samples.length > KEPT + WINDOW) {
      this.samples.shift()
    }
  }

  get latest() {
    return this.samples.at(-1)
  }

  /** Columns for a chart: the seconds since 1970, then one column for each of the functions of two samples. */
  columns(...values) {
    const columns = [[], ...values.map(() => [])]
    for (let i = 1; i < this.samples.length; i++) {
      const before = this.samples[Math.max(0, i - WINDOW)]
      columns[0].push(this.samples[i].worker.at / 1000)
      values.forEach((value, k) => columns[k + 1].push(value(before, this.samples[i])))
    }
    return columns
  }

  /** A function of the latest sample and the one so many seconds before it; null while there is only one. */
  now(value, seconds = WINDOW) {
    const last = this.samples.length - 1
    return last < 1 ? null : value(this.samples[Math.max(0, last - seconds)], this.samples[last])
  }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)
const seconds = (before, after) => (after.worker.at - before.worker.at) / 1000
const counted = (state, which) => sum(state.worker.commands.filter(which).map((each) => each.count))
const total = (state) => counted(state, () => true)

export const isAdded = (each) => each.outcome === 'added'
export const isRejected = (each) => each.outcome === 'rejected'

/** Commands per second with such an outcome. */
export const rateOf = (which) => (before, after) =>
  (counted(after, which) - counted(before, which)) / seconds(before, after)

/** Per cent of the answers that were rejections; null if there was none. */
export function rejectedShare(before, after) {
  const all = total(after) - total(before)
  return all === 0 ? null : (100 * (counted(after, isRejected) - counted(before, isRejected))) / all
}

/** Milliseconds within which this share was answered, by straight lines between the buckets' bounds; null if none was. */
export const latencyQuantile = (share) => (before, after) => {
  const { millis, counts } = after.worker.latency
  const grown = counts.map((count, i) => count - before.worker.latency.counts[i])
  const wanted = share * grown.at(-1)
  if (wanted === 0) {
    return null
  }
  const bucket = grown.findIndex((count) => count >= wanted)
  if (bucket >= millis.length) {
    return millis.at(-1)
  }
  const low = bucket === 0 ? 0 : millis[bucket - 1]
  const below = bucket === 0 ? 0 : grown[bucket - 1]
  return low + ((millis[bucket] - low) * (wanted - below)) / (grown[bucket] - below)
}

/** Milliseconds that a batch spent in a stage; null if there was no batch. */
export const stageTime = (stage) => (before, after) => {
  const batches = after.worker.stages[stage].count - before.worker.stages[stage].count
  return batches === 0 ? null : (1000 * (after.worker.stages[stage].sum - before.worker.stages[stage].sum)) / batches
}

export const partitionsOf = (state) => state.worker.lanes.flatMap((lane) => lane.partitions)

/** Offsets over all partitions that are known. */
export const lag = (before, after) => sum(partitionsOf(after).map((partition) => partition.lag ?? 0))

/** How many more commands had this very outcome. */
export const more = (outcome) => (before, after) => {
  const same = (each) => each.outcome === outcome.outcome && each.code === outcome.code && each.kind === outcome.kind
  return counted(after, same) - counted(before, same)
}
