// What the page remembers: samples of ten minutes, those before the page was opened as the worker has kept them. The worker
// tells sums since its start; everything per second, and every quantile, comes from the difference of two samples.

export const KEPT = 600 // seconds
const WINDOW = 10 // seconds over which a rate or a quantile is taken: a batch per second would make it jump

export class History {
  samples = []

  /** @param sample as "now" of /console/state, or one of /console/history */
  add(sample) {
    const last = this.samples.at(-1)
    if (last && (sample.at <= last.at || total(sample) < total(last))) {
      this.samples = [] // another worker answers now: its sums are its own
    }
    this.samples.push(sample)
    while (seconds(this.samples[0], sample) > KEPT + WINDOW) {
      this.samples.shift()
    }
  }

  get latest() {
    return this.samples.at(-1)
  }

  /** The latest sample that is at least so many seconds older than the one at this index, or the first of all. */
  before(index, span) {
    let i = Math.max(0, index - 1)
    while (i > 0 && seconds(this.samples[i], this.samples[index]) < span) {
      i--
    }
    return this.samples[i]
  }

  /** Columns for a chart: the seconds since 1970, then one column for each of the functions of two samples. */
  columns(...values) {
    const columns = [[], ...values.map(() => [])]
    for (let i = 1; i < this.samples.length; i++) {
      const before = this.before(i, WINDOW)
      columns[0].push(this.samples[i].at / 1000)
      values.forEach((value, k) => columns[k + 1].push(value(before, this.samples[i])))
    }
    return columns
  }

  /** A function of the latest sample and the one so many seconds before it; null while there is only one. */
  now(value, span = WINDOW) {
    const last = this.samples.length - 1
    return last < 1 ? null : value(this.before(last, span), this.samples[last])
  }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)
const seconds = (before, after) => (after.at - before.at) / 1000
const counted = (sample, which) => sum(sample.commands.filter(which).map((each) => each.count))
const total = (sample) => counted(sample, () => true)

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
  const { millis, counts } = after.latency
  const grown = counts.map((count, i) => count - before.latency.counts[i])
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
  const batches = after.stages[stage].count - before.stages[stage].count
  return batches === 0 ? null : (1000 * (after.stages[stage].sum - before.stages[stage].sum)) / batches
}

/** Offsets over all partitions that are known. */
export const lag = (before, after) => after.lag

/** How many more commands had this very outcome. */
export const more = (outcome) => (before, after) => {
  const same = (each) => each.outcome === outcome.outcome && each.code === outcome.code && each.kind === outcome.kind
  return counted(after, same) - counted(before, same)
}
