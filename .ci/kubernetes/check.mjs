// Checks what `kubectl apply -k` would send, as the cluster (or operator) would: by the schema of its kind, and by the names of its
// fields, which the API server is strict about; then what must hold between the documents (rendered.mjs). Needs kubectl.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { faultsOf } from './rendered.mjs';
import { documentsIn, rendered } from './rendering.mjs';

const SOURCES = fileURLToPath(new URL('../../ops/kubernetes/', import.meta.url));
const PACKAGES = { 'keda.sh': '@kubernetes-models/keda', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator' };

const moduleOf = ({ apiVersion, kind }) =>
  `${PACKAGES[apiVersion.split('/')[0]] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
const nameOf = ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`;

/** What the schema says against it, or nothing. */
async function againstSchema(document) {
  const { [document.kind]: Model } = await import(moduleOf(document));
  try {
    new Model(document).validate();
    return [];
  } catch (fault) {
    return [`${nameOf(document)}: ${fault.message}`];
  }
}

/** What a compiler says of literals with these fields: a field that its type does not have is an error there. */
async function againstFields(documents) {
  const file = fileURLToPath(new URL('documents.ts', import.meta.url));
  await writeFile(file, documents.map((document, at) =>
    `import type { I${document.kind} as Kind${at} } from '${moduleOf(document)}'\n`
    + `export const document${at}: Kind${at} = ${JSON.stringify(document)}\n`).join(''));
  const program = ts.createProgram([file], {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const faults = ts.getPreEmitDiagnostics(program).map((each) => {
    const { line } = each.file.getLineAndCharacterOfPosition(each.start);
    return `${nameOf(documents[Math.floor(line / 2)])}: ${ts.flattenDiagnosticMessageText(each.messageText, ' ')}`;
  });
  await rm(file);
  return faults;
}

/** Reads every source, so that a key that is there twice is found before kustomize takes the last of the two. */
async function readSources() {
  for (const name of (await readdir(SOURCES, { recursive: true })).filter((each) => each.endsWith('.yaml'))) {
    documentsIn(await readFile(join(SOURCES, name), 'utf8'), name);
  }
}

await readSources();
const everything = await rendered();
const distinct = [...new Map([...everything.values()].flat().map((each) => [JSON.stringify(each), each])).values()];
const faults = [
  ...(await Promise.all(distinct.map(againstSchema))).flat(),
  ...await againstFields(distinct),
  ...[...everything].flatMap(([name, documents]) => faultsOf(documents).map((fault) => `${name}: ${fault}`)),
];
const sent = everything.get('contacts audit').find(({ kind }) => kind === 'Job').spec.template.spec.containers[0].args;
if (JSON.stringify(sent) !== JSON.stringify(['audit', '--from', '10', 'a "b" \\ c', ''])) {
  faults.push(`contacts: the arguments arrive as ${JSON.stringify(sent)}`);
}
faults.forEach((fault) => console.error(fault));
console.log(`${distinct.length} documents of Kubernetes in ${everything.size} renderings, ${faults.length} faults`);
process.exit(faults.length > 0 || distinct.length === 0 ? 1 : 0);
