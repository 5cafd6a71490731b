// Shows what the worker says of itself, each second. It asks this server and no other, and changes nothing.

import uPlot from './uPlot.js'
import {
  History, isAdded, isRejected, lag, latencyQuantile, more, rateOf, rejectedShare, stageTime,
} from './history.js'

const EVERY = 1000
const PATIENCE = 3000
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

/** Replaces what a table or list shows, only if it differs: what is selected in it stays selected. */
function fill(id, rows) {
  const target = byId(id)
  const fresh = element('div', {}, ...rows)
  if (target.innerHTML !== fresh.innerHTML) {
    target.replaceChildren(...fresh.childNodes)
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
  const draw = () => {
    const plot = new uPlot(
      {
        width: target.clientWidth,
        height: 150,
        cursor: { y: false },
        legend: { live: true },
        scales: { y: { range: (plot, low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] } },
        axes: [
          { ...axis(), space: 80, values: (plot, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB')) },
          { ...axis(), size: 54, values: (plot, splits) => splits.map(number) },
        ],
        series: [
          { label: 'Time', value: (plot, at) => (at ? new Date(at * 1000).toLocaleTimeString('en-GB') : '–') },
          ...lines.map(([label, name]) => ({
            label, stroke: colour(name), width: 1.5, spanGaps: true, points: { show: false },
            value: (plot, value) => number(value ?? null),
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
  text('lag', number(lag(state, state)))
  text('age', number(worker.oldestCommandAgeSeconds))
  text('rejected', number(history.now(rejectedShare, 60)))
  showOutcomes(worker)
  fill('lanes', worker.lanes.map(lane))
  fill('rejections', worker.rejections.map(rejection))
  charts.forEach((each) => each.update())
}

function showVerdict(worker) {
  const down = worker.ready.checks.filter((check) => check.status !== 'up')
  byId('verdict').className = 'verdict ' + (down.length ? 'bad' : 'good')
  const behind = worker.oldestCommandAgeSeconds >= 60
  const well = behind ? 'Working, and behind: the oldest command waits for more than a minute' : 'All is well'
  text('verdict-text', down.length ? 'Not well: commands are not answered as they should be' : well)
  fill('verdict-reasons', down.map((check) => element('li', {}, check.name + ': ' + check.reason)))
  document.title = (down.length ? '✕ ' : '') + 'Message contact worker'
}

function showOutcomes(worker) {
  const sorted = [...worker.commands].sort((a, b) => b.count - a.count)
  fill('outcomes', sorted.map((each) => row(
    cell((each.outcome === 'added' ? 'added' : each.code) + (each.kind === 'new' ? '' : ' (' + each.kind + ')')),
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
  return element('div', { class: 'lane' },
    element('h3', {}, 'Lane ' + lane.number + ' ', element('span', { class: 'state ' + lane.state }, lane.state)),
    ...[doing, waiting].filter(Boolean).map((words) => element('p', { class: 'empty' }, words)),
    element('ul', { class: 'partitions', 'aria-label': 'Partitions' }, ...lane.partitions.map(partition)))
}

function partition(partition) {
  const state = partition.gap > 0 ? 'stopped' : partition.lag > 0 ? 'behind' : 'up'
  const words = partition.gap > 0
    ? 'stopped, ' + number(partition.gap) + ' offsets missing'
    : partition.lag === null ? 'starting' : 'lag ' + number(partition.lag)
  return element('li', { class: state }, partition.number + ': ' + words)
}

const rejection = (each) => row(
  cell(time(each.at)), cell(each.code), cell(each.requestId), cell(each.directoryId ?? '–'),
  cell(each.partition, 'number'), cell(each.offset, 'number'), cell(each.deadLettered ? 'yes' : ''))

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
  const state = await ask('/console/state', PATIENCE)
  if (state === null) {
    showAbsence()
  } else {
    history.add(state)
    lastAnswer = Date.now()
    document.body.classList.remove('stale')
    show(state)
  }
}

function showAbsence() {
  document.body.classList.add('stale')
  byId('verdict').className = 'verdict bad'
  const since = lastAnswer === null ? '' : ' since ' + new Date(lastAnswer).toLocaleTimeString('en-GB')
  text('verdict-text', 'The worker does not answer' + since + '; still trying')
  fill('verdict-reasons', [])
}

// --- look-up

async function look(event) {
  event.preventDefault()
  const asked = new URLSearchParams({ requestId: byId('lookup-request').value, directoryId: byId('lookup-directory').value })
  text('found', 'Looking …')
  const answer = await ask('/console/lookup?' + asked, 2 * PATIENCE)
  if (answer === null) {
    text('found', 'The worker does not answer.')
  } else {
    showFound(answer)
  }
}

function showFound(answer) {
  const asked = byId('lookup-request').value.trim()
  const recent = (history.latest?.worker.rejections ?? []).filter((each) => each.requestId === asked)
  const found = [
    ...answer.contacts.map((each) => facts('Contact, ' + each.outcome, each.contactId, each)),
    ...answer.rejections.map((each) => facts('Rejected, stored', each.outcome, each)),
    ...recent.map((each) => facts('Rejected lately', each.code, each)),
  ]
  const nothing = answer.problem
    ?? 'Nothing is stored of it. A command that broke a rule of its own is told by the errors topic only: ./contacts explain finds it there.'
  byId('found').replaceChildren(...(found.length ? found : [element('p', { class: 'empty' }, nothing)]))
}

const facts = (what, id, each) => element('dl', {},
  ...[[what, id], ['Directory', each.directoryId ?? '–'], ['Command', 'partition ' + each.partition + ', offset ' + each.offset], ['At', time(each.at)]]
    .flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))

drawCharts()
byId('lookup').addEventListener('submit', look)
poll()
