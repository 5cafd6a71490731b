// Checks every document of ops/kubernetes as its cluster (or operator) would: by the schema of its kind, and by the names of
// its fields, which `kubectl apply` is strict about.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../ops/kubernetes/', import.meta.url));
const PACKAGES = { 'keda.sh': '@kubernetes-models/keda', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator' };
/** For kustomize itself; a cluster never sees it. */
const NOT_FOR_A_CLUSTER = 'kustomize.config.k8s.io/v1beta1';

const moduleOf = ({ apiVersion, kind }) =>
  `${PACKAGES[apiVersion.split('/')[0]] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;

/** What the schema says against it, or null. */
async function againstSchema(document) {
  const { [document.kind]: Model } = await import(moduleOf(document));
  try {
    new Model(document).validate();
    return null;
  } catch (fault) {
    return fault.message;
  }
}

/** What a compiler says of a literal with these fields: a field that its type does not have is an error there. */
async function againstFields(document) {
  const file = fileURLToPath(new URL('document.ts', import.meta.url));
  await writeFile(file, `import type { I${document.kind} } from '${moduleOf(document)}'\n`
    + `export const document: I${document.kind} = ${JSON.stringify(document)}\n`);
  const program = ts.createProgram([file], {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const faults = ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, ' '));
  await rm(file);
  return faults.length > 0 ? faults.join('; ') : null;
}

let faults = 0;
let checked = 0;
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml'))) {
  for (const parsed of parseAllDocuments(await readFile(folder + file, 'utf8'))) {
    const document = parsed.toJS();
    if (document.apiVersion === NOT_FOR_A_CLUSTER) {
      continue;
    }
    checked += 1;
    for (const fault of [await againstSchema(document), await againstFields(document)].filter(Boolean)) {
      faults += 1;
      console.error(`${file}: ${document.apiVersion} ${document.kind}: ${fault}`);
    }
  }
}
console.log(`${checked} documents of Kubernetes, ${faults} faults`);
process.exit(faults > 0 || checked === 0 ? 1 : 0);
