// Renders a copy of ops/ as `kubectl apply -k` would, with the files that an installation adds: passwords, certificates, addresses of
// administrators, and the overlay that the README shows.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
const OPS = fileURLToPath(new URL('../../ops/', import.meta.url));
/** What README.md says to apply, and the overlay of one's own that it shows. */
const APPLIED = ['setup', 'release', 'overlays/plain', 'overlays/keda', 'overlays/monitoring', 'overlays/own'];

/** The documents of a text; what the parser complains of (a key twice, say) is a fault. */
export function documentsIn(text, source) {
  return parseAllDocuments(text).map((parsed) => {
    if (parsed.errors.length > 0) {
      throw new Error(`${source}: ${parsed.errors.map(({ message }) => message).join('; ')}`);
    }
    return parsed.toJS();
  });
}

async function addWhatAnInstallationHas(kubernetes) {
  await run('sh', [join(kubernetes, 'site/passwords.sh')]);
  for (const file of ['ca.crt', 'admin/kafka.properties', 'admin/database-url']) {
    await writeFile(join(kubernetes, 'site', file), 'of this installation\n');
  }
  const readme = await readFile(join(kubernetes, 'README.md'), 'utf8');
  await mkdir(join(kubernetes, 'overlays/own'), { recursive: true });
  await writeFile(join(kubernetes, 'overlays/own/kustomization.yaml'), /```yaml\n([^`]*)```/.exec(readme)[1]);
}

/** Each thing that is applied, by name, as a list of documents. */
export async function rendered() {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-'));
  try {
    await cp(OPS, folder, { recursive: true });
    const kubernetes = join(folder, 'kubernetes');
    await addWhatAnInstallationHas(kubernetes);
    const all = new Map();
    for (const name of APPLIED) {
      const { stdout, stderr } = await run('kubectl', ['kustomize', join(kubernetes, name)], { maxBuffer: 64 << 20 });
      if (stderr) {
        throw new Error(`${name}: ${stderr}`); // what kustomize warns of will fail in a later version
      }
      all.set(name, documentsIn(stdout, name));
    }
    const { stdout } = await run(join(kubernetes, 'contacts'), ['--print', 'audit', '--from', '10', 'a "b" \\ c', '']);
    all.set('contacts audit', documentsIn(stdout, 'contacts audit'));
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}
