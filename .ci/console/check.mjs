// Looks at the console page with a real browser while a worker works: node check.mjs ADDRESS [FOLDER for screenshots]
// Commands are sent with ./contacts submit, so the environment must name the same servers as the worker's.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const [address, screenshots] = process.argv.slice(2);
const run = promisify(execFile);
const contacts = fileURLToPath(new URL('../../contacts', import.meta.url));
const work = await mkdtemp(join(tmpdir(), 'console-'));

const requestId = (i) => `2DFCE4C9-04A9-4C83-BB14-${String(i).padStart(12, '0')}`;
const letters = (i) => String(i).replace(/\d/g, (digit) => 'abcdefghij'[digit]);
const command = (i, email = `someone${i}@example.com`) => JSON.stringify({
  RequestId: requestId(i), ResourceDirectoryId: `rd-console${i % 200}`, Name: `tom${letters(i)}`, EmailAddress: email,
  Title: 'CEO', MessageTypes: ['ServiceMessage'],
});

/** Sends so many commands, each tenth of them wrong. */
async function submit(first, count) {
  const file = join(work, `${first}.jsonl`);
  const lines = Array.from({ length: count }, (_, k) => command(first + k, k % 10 === 3 ? 'someone at example.com' : undefined));
  await writeFile(file, lines.join('\n') + '\n');
  await run(contacts, ['submit', file]);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1150 } });
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => request.url().startsWith(address) || complaints.push(`asks elsewhere: ${request.url()}`));
  const reads = (id, pattern) =>
    page.waitForFunction(([id, source]) => new RegExp(source).test(document.getElementById(id).textContent), [id, pattern.source]);

  // A code breaks after a dot and nowhere else: it has no more lines than words.
  const noCodeIsBroken = async () => assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('.code')]
    .filter((code) => new Set([...code.getClientRects()].map((box) => Math.round(box.top))).size > code.textContent.split('.').length)
    .map((code) => code.textContent)), [], 'no code is broken inside a word');

  await page.goto(address);
  await reads('verdict-text', /^All is well$/);
  await reads('rejections-empty', /None since/);

  for (let first = 0; first < 1200; first += 300) {
    await submit(first, 300);
  }
  await reads('rate', /[1-9]/);
  await reads('p99', /[1-9]/);
  await reads('outcomes', /added1,080/);
  await reads('outcomes', /InvalidParameter\.EmailAddress120/);
  await reads('lanes', /0: lag 0/);
  await reads('age', /^0$/);
  assert.equal(await page.locator('#rejections tr').count(), 50, 'the latest 50 rejections');
  assert.ok(!(await page.content()).includes('example.com'), 'no address on the page');
  assert.ok(await page.locator('#chart-rate canvas').isVisible(), 'a chart');

  const lookUp = async (request, directory) => {
    await page.fill('#lookup-requestId', request);
    await page.fill('#lookup-directoryId', directory);
    await page.fill('#lookup-position', '');
    await page.click('#lookup button');
  };
  await lookUp(requestId(7), 'rd-console7');
  await reads('found', /Contact, Verifying.*c-[0-9A-Za-z]{16}.*rd-console7/);
  await lookUp(requestId(8), '');
  await reads('found', /Contact, Verifying.*rd-console8/);
  await lookUp('<img src=x onerror=alert(1)>', 'rd-console7');
  await reads('found', /Nothing is stored under this id/);
  await lookUp(requestId(1193), '');
  await reads('found', /Rejected lately.*InvalidParameter\.EmailAddress/);

  await page.locator('#rejections a').first().click();
  await reads('found', /Refused, stored.*InvalidParameter\.EmailAddress.*Rejected lately/);

  await page.reload();
  await reads('found', /Refused, stored.*InvalidParameter\.EmailAddress/); // the look-up stands in the address
  await reads('rate', /\d/);
  const legends = await page.locator('.u-legend .u-value').allTextContents();
  assert.ok(legends.length >= 14 && legends.every((each) => /^(none|[\d.,:]+)$/.test(each)), `legends: ${legends}`);
  assert.match(await page.locator('#chart-rate').textContent(), /UTC/, 'the zone of the legend');

  // What scrolls can be reached and scrolled with the keyboard alone; links in it keep the focus while rows come.
  const scroll = page.locator('.scroll');
  await scroll.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('.scroll').scrollTop > 0);
  await noCodeIsBroken();
  const kept = page.locator('#rejections a').nth(3);
  await kept.focus();
  const focused = await kept.getAttribute('href');
  await submit(1200, 20);
  await page.waitForFunction((href) => document.querySelectorAll('#rejections a')[5].getAttribute('href') === href, focused);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), focused, 'the focus stays');

  await page.setViewportSize({ width: 1400, height: 1380 });
  await lookUp(requestId(8), '');
  await reads('found', /Contact, Verifying/);
  if (screenshots) {
    await submit(2000, 900);
    await page.waitForTimeout(3_000); // so that the curves show it
    await page.evaluate(() => {
      scrollTo(0, 0);
      document.querySelector('.scroll').scrollTop = 0;
    });
    await page.screenshot({ path: join(screenshots, 'console.png') });
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  // The charts take their new width a moment after the window has.
  await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: 10_000 })
    .catch(async () => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.fail(`the page is ${overflow} pixels wider than a phone`);
    });
  await noCodeIsBroken();
  if (screenshots) {
    await page.screenshot({ path: join(screenshots, 'console-phone.png'), fullPage: true });
  }
  assert.deepEqual(complaints, [], 'nothing to complain about');

  await page.route('**/console/state', (route) => route.abort()); // the worker is away
  await reads('verdict-text', /^The worker does not answer since/);
  await page.unroute('**/console/state');
  await reads('verdict-text', /^All is well$/);
  // After one answer a page that is opened anew shows a rate: what was before it comes from the worker.
  let asked = 0;
  await page.route('**/console/state', (route) => (asked++ === 0 ? route.continue() : route.abort()));
  await page.reload();
  await reads('rate', /\d/);
  console.log('the console page works: numbers move, look-ups find, nothing is asked elsewhere, no complaint of the browser');
} finally {
  await browser.close();
  await rm(work, { recursive: true });
}
