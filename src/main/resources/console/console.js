// Shows what the worker says of itself, each second. It asks this server and no other, and changes nothing.

import uPlot from './uPlot.js'
import {
  History, isAdded, isRejected, lag, latencyQuantile, more, rateOf, rejectedShare, stageTime,
} from './history.js'
import { answerOf, stopOf } from './words.js'

const EVERY = 1000
const PATIENCE = 3000
const LONGEST_GAP = 10_000 // a tab in the background sleeps
const STAGES = ['decode', 'validate', 'decide', 'persist', 'publish']

const history = new History()
const byId = (id) => document.getElementById(id)
const dark = matchMedia('(prefers-color-scheme: dark)')
let lastAnswer = null

// --- words and numbers

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const number = (value) => (value === null ? '–' : Math.abs(value) < 10 ? fine.format(value) : whole.format(value))
const time = (iso) => iso.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC')
const clock = (millis) => new Date(millis).toISOString().slice(11, 19) // UTC, as everything on the page

/** An element; texts stay texts, whatever a command's sender has put into them. */
function element(tag, attributes, ...content) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value)
  }
  made.append(...content.map((each) => (each instanceof Node ? each : String(each))))
  return made
}
const cell = (content, name = '') => element('td', name ? { class: name } : {}, content)
const row = (...cells) => element('tr', {}, ...cells)

/** A code, which breaks after its dots and nowhere else. */
const code = (text) => element('span', { class: 'code' },
  ...text.split('.').flatMap((part, i) => (i === 0 ? [part] : ['.', element('wbr', {}), part])))

/** Replaces what a table or list shows, only if it differs: what is selected in it stays selected, and focus stays too. */
function fill(id, rows) {
  const target = byId(id)
  const fresh = element('div', {}, ...rows)
  if (target.innerHTML !== fresh.innerHTML) {
    const focused = target.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
    target.replaceChildren(...fresh.childNodes)
    const same = focused && [...target.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused)
    if (same) {
      same.focus({ preventScroll: true })
    }
  }
  const empty = byId(id + '-empty')
  if (empty) {
    empty.hidden = rows.length > 0
  }
}

function text(id, value) {
  const target = byId(id)
  if (target.textContent !== value) {
    target.textContent = value
  }
}

// --- charts

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const charts = []

function chart(id, lines, columns) {
  const target = byId(id)
  const axis = () => ({ stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } })
  /** What the legend shows: the value under the cursor, else the latest. */
  const told = (plot, value, series, index) => {
    const shown = index === null || index === undefined ? plot.data[series].at(-1) : value
    return shown === null || shown === undefined ? 'none' : series === 0 ? clock(shown * 1000) : number(shown)
  }
  const draw = () => {
    const plot = new uPlot(
      {
        width: target.clientWidth,
        height: 150,
        cursor: { y: false },
        legend: { live: true },
        scales: { y: { range: (plot, low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] } },
        axes: [
          { ...axis(), space: 80, size: 22, label: 'UTC', labelSize: 16, labelGap: 0, labelFont: '11px system-ui', values: (plot, splits) => splits.map((at) => clock(at * 1000)) },
          { ...axis(), size: 54, values: (plot, splits) => splits.map(number) },
        ],
        series: [
          { label: 'UTC', value: told },
          ...lines.map(([label, name]) => ({
            label, stroke: colour(name), width: 1.5, spanGaps: true, points: { show: false },
            value: told,
          })),
        ],
      },
      columns(),
      target,
    )
    return plot
  }
  const made = { plot: draw(), update: () => made.plot.setData(columns()) }
  made.resize = () => made.plot.setSize({ width: target.clientWidth, height: 150 })
  made.redraw = () => {
    made.plot.destroy()
    made.plot = draw()
  }
  charts.push(made)
}

function drawCharts() {
  chart('chart-rate', [['added', '--three'], ['rejected', '--two']], () => history.columns(rateOf(isAdded), rateOf(isRejected)))
  chart('chart-latency', [['p50', '--one'], ['p99', '--two']], () => history.columns(latencyQuantile(0.5), latencyQuantile(0.99)))
  chart('chart-lag', [['lag', '--four']], () => history.columns(lag))
  chart('chart-stages', STAGES.map((stage, i) => [stage, ['--one', '--two', '--three', '--four', '--five'][i]]),
    () => history.columns(...STAGES.map(stageTime)))
  addEventListener('resize', () => charts.forEach((each) => each.resize()))
  dark.addEventListener('change', () => charts.forEach((each) => each.redraw()))
}

// --- the worker's state

function show(state) {
  const { worker } = state
  text('instance', state.instance)
  text('version', 'version ' + worker.version)
  showVerdict(worker)
  text('rate', number(history.now(rateOf(() => true))))
  text('p50', number(history.now(latencyQuantile(0.5))))
  text('p99', number(history.now(latencyQuantile(0.99))))
  text('lag', number(worker.now.lag))
  text('age', number(worker.oldestCommandAgeSeconds))
  text('rejected', number(history.now(rejectedShare, 60)))
  showOutcomes(worker)
  fill('lanes', worker.lanes.map(lane))
  fill('unowned', unowned(worker.lanes))
  fill('rejections', worker.rejections.map(rejection))
  charts.forEach((each) => each.update())
}

function showVerdict(worker) {
  const down = worker.ready.checks.filter((check) => check.status !== 'up')
  const up = worker.ready.status === 'up' && worker.ready.checks.length > 0 && down.length === 0
  const owned = worker.lanes.some((lane) => lane.partitions.length > 0)
  byId('verdict').className = 'verdict ' + (!up ? 'bad' : owned ? 'good' : 'unknown')
  text('verdict-text', up ? wellness(worker, owned) : 'Not well: commands are not answered as they should be')
  fill('verdict-reasons', down.map((check) => element('li', {}, check.name + ': ' + check.reason)))
  document.title = (up ? '' : '✕ ') + 'Message contact worker'
}

function wellness(worker, owned) {
  if (!owned) {
    return 'Standing by: the other workers own all partitions'
  }
  return worker.oldestCommandAgeSeconds >= 60
    ? 'Working, and behind: the oldest command waits for more than a minute' : 'All is well'
}

function showOutcomes(worker) {
  const sorted = [...worker.now.commands].sort((a, b) => b.count - a.count)
  fill('outcomes', sorted.map((each) => row(
    element('td', {}, code(answerOf(each)), each.kind === 'new' ? '' : ' (' + each.kind + ')'),
    cell(number(each.count), 'number'),
    cell(number(history.now(more(each), 60)), 'number'),
  )))
  fill('events', Object.entries(worker.events).map(([topic, count]) => row(cell(topic), cell(number(count), 'number'))))
}

function lane(lane) {
  const doing = lane.cause
    ? 'takes no commands: ' + lane.cause + ', for ' + number(lane.pausedSeconds) + ' s'
    : lane.stageSeconds > 1 ? 'in ' + lane.stage + ' for ' + number(lane.stageSeconds) + ' s' : ''
  const waiting = lane.waiting ? number(lane.waiting) + ' commands wait for a locked directory' : ''
  const limit = lane.batchLimit ? 'up to ' + number(lane.batchLimit) + (lane.batchLimit === 1 ? ' command' : ' commands') + ' a batch' : ''
  const stopped = lane.partitions.filter((each) => each.stopped !== null)
  return element('div', { class: 'lane' },
    element('h3', {}, 'Lane ' + lane.number + ' ', element('span', { class: 'state ' + lane.state }, lane.state), ' ',
      element('span', { class: 'limit' }, limit)),
    ...[doing, waiting].filter(Boolean).map((words) => element('p', { class: 'empty' }, words)),
    element('ul', { class: 'partitions', 'aria-label': 'Partitions of lane ' + lane.number }, ...lane.partitions.map(partition)),
    ...stopped.map((each) => element('p', { class: 'reason' }, stopOf(each))))
}

function partition(partition) {
  const isStopped = partition.stopped !== null
  const state = isStopped ? 'stopped' : partition.lag > 0 || partition.heldBack > 0 ? 'behind' : 'up'
  const words = [
    isStopped ? 'stopped' : partition.lag === null ? 'starting' : 'lag ' + number(partition.lag),
    partition.gap > 0 ? number(partition.gap) + ' offsets missing' : '',
    partition.heldBack > 0 ? number(partition.heldBack) + ' hidden by an open transaction' : '',
  ]
  return element('li', { class: state }, partition.name + ': ' + words.filter(Boolean).join(', '))
}

/** Every lane asks the broker for itself, so their answers may differ for a moment. */
function unowned(lanes) {
  const partitions = [...new Set(lanes.flatMap((lane) => lane.unowned))].sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
  return partitions.length ? [element('p', { class: 'reason' }, 'No member of the group owns partition ' + partitions.join(', '))] : []
}

function rejection(each) {
  const address = '#' + new URLSearchParams({
    requestId: each.requestId, directoryId: each.directoryId ?? '', position: each.partition + ':' + each.offset,
  })
  return row(
    cell(time(each.at)), cell(code(each.code)), cell(element('a', { href: address }, each.requestId)), cell(each.directoryId ?? '–'),
    cell(each.partition, 'number'), cell(each.offset, 'number'), cell(each.deadLettered ? 'yes' : ''))
}

async function ask(path, patience) {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(patience) })
    return await answer.json()
  } catch {
    return null
  }
}

async function poll() {
  setTimeout(poll, EVERY)
  if (lastAnswer === null || Date.now() - lastAnswer > LONGEST_GAP) {
    await fetchHistory()
  }
  const state = await ask('/console/state', PATIENCE)
  if (state === null) {
    showAbsence()
  } else {
    history.add(state.worker.now)
    lastAnswer = Date.now()
    document.body.classList.remove('stale')
    show(state)
  }
}

/** What was before the page was opened, or while its tab slept. */
async function fetchHistory() {
  const samples = await ask('/console/history', PATIENCE)
  for (const sample of samples ?? []) {
    if (!history.latest || sample.at > history.latest.at) {
      history.add(sample)
    }
  }
}

function showAbsence() {
  document.body.classList.add('stale')
  byId('verdict').className = 'verdict bad'
  const since = lastAnswer === null ? '' : ' since ' + clock(lastAnswer) + ' UTC'
  text('verdict-text', 'The worker does not answer' + since + '; still trying')
  fill('verdict-reasons', [])
  document.title = '✕ Message contact worker'
}

// --- look-up: what is asked stands in the address, so that it can be linked to and found again

const FIELDS = ['requestId', 'directoryId', 'position']
const field = (name) => byId('lookup-' + name)

function submit(event) {
  event.preventDefault()
  const asked = '#' + new URLSearchParams(FIELDS.map((name) => [name, field(name).value.trim()]))
  if (location.hash === asked) {
    look()
  } else {
    location.hash = asked // look() follows
  }
}

async function look() {
  const asked = new URLSearchParams(location.hash.slice(1))
  if (!asked.get('requestId') && !asked.get('position')) {
    return
  }
  FIELDS.forEach((name) => { field(name).value = asked.get(name) ?? '' })
  text('found', 'Looking …')
  const answer = await ask('/console/lookup?' + asked, 2 * PATIENCE)
  if (answer === null) {
    text('found', 'The worker does not answer.')
  } else {
    showFound(answer)
  }
}

function showFound(answer) {
  const found = [
    ...answer.contacts.map((each) => facts('Contact, ' + each.outcome, each.contactId, each)),
    ...answer.rejections.map((each) => facts('Rejected, stored', code(each.outcome), each)),
    ...answer.refusals.map((each) => facts('Refused, stored', codes(each.codes), each)),
    ...answer.recent.map((each) => facts('Rejected lately', code(each.code), each)),
  ]
  const nothing = 'Nothing is stored under this id. A command that a field rule refused is stored by its position only: enter the position, or run ./contacts explain.'
  const words = answer.problem ?? (found.length ? '' : nothing)
  byId('found').replaceChildren(...(words ? [element('p', { class: 'empty' }, words)] : []), ...found)
}

const codes = (list) => element('span', {}, ...list.flatMap((each, i) => (i === 0 ? [code(each)] : [', ', code(each)])))

const facts = (what, id, each) => element('dl', {},
  ...[[what, id], ...(each.directoryId ? [['Directory', each.directoryId]] : []), ['Command', 'partition ' + each.partition + ', offset ' + each.offset], ['At', time(each.at)]]
    .flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))

drawCharts()
byId('lookup').addEventListener('submit', submit)
addEventListener('hashchange', look)
look()
poll()
