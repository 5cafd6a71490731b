// The check of what is rendered can fail: each fault is planted once.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { faultsOf } from './rendered.mjs';
import { documentsIn, rendered } from './rendering.mjs';

let keda;
let monitoring;
before(async () => {
  const all = await rendered();
  keda = all.get('overlays/keda');
  monitoring = all.get('overlays/monitoring');
});

/** The faults after one document was changed. */
function faultsWith(documents, kind, change) {
  const copy = structuredClone(documents);
  change(copy.find((each) => each.kind === kind), copy);
  return faultsOf(copy).join('\n');
}

test('as it is, nothing is wrong', () => {
  assert.deepEqual(faultsOf(keda), []);
  assert.deepEqual(faultsOf(monitoring), []);
});

const PLANTED = [
  ['a Secret that is not there', 'Secret', (it) => { it.metadata.name = 'other'; }, /names Secret message-contact-worker-\w+, which is not there/],
  ['a key that the Secret lacks', 'Secret', (it) => { delete it.data['kafka-password']; }, /wants kafka-password/],
  ['a ConfigMap of KEDA alone', 'TriggerAuthentication', (it) => { it.spec.configMapTargetRef[0].name = 'other'; }, /ConfigMap other/],
  ['a mount without a volume', 'StatefulSet', (it) => { it.spec.template.spec.volumes.pop(); }, /mounts tls, which is no volume/],
  ['a volume without a mount', 'StatefulSet', (it) => { it.spec.template.spec.containers[0].volumeMounts.pop(); }, /mounts it nowhere/],
  ['a Service without pods', 'Service', (it) => { it.spec.selector = { app: 'other' }; }, /Service.*selects nothing/],
  ['a budget without pods', 'PodDisruptionBudget', (it) => { it.spec.selector.matchLabels = {}; }, /PodDisruptionBudget.*selects nothing/],
  ['a policy for every pod', 'NetworkPolicy', (it) => { it.spec.podSelector = {}; }, /selects every pod/],
  ['pods without a policy', 'StatefulSet', (it) => { it.spec.template.metadata.labels['app.kubernetes.io/name'] = 'other'; }, /no NetworkPolicy is about/],
  ['other pods spread', 'StatefulSet', (it) => { it.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels = { app: 'other' }; }, /spreads other pods/],
  ['a service that is not there', 'StatefulSet', (it) => { it.spec.serviceName = 'other'; }, /has the service other/],
  ['a scaled set with fixed replicas', 'StatefulSet', (it) => { it.spec.replicas = 2; }, /each apply would undo it/],
  ['nothing to scale', 'ScaledObject', (it) => { it.spec.scaleTargetRef.name = 'other'; }, /scales what is not there/],
  ['no login', 'ScaledObject', (it) => { it.spec.triggers[0].authenticationRef.name = 'other'; }, /logs in by other/],
  ['no namespace', 'ScaledObject', (it) => { delete it.metadata.namespace; }, /has no namespace/],
  ['a document twice', 'Service', (it, all) => { all.push(it); }, /is there twice/],
];
for (const [name, kind, plant, expected] of PLANTED) {
  test(`is found: ${name}`, () => assert.match(faultsWith(keda, kind, plant), expected));
}

test('is found: a monitor without a service, and alerts for a job that nothing scrapes', () => {
  const faults = faultsWith(monitoring, 'ServiceMonitor', (it) => { it.spec.selector.matchLabels = { app: 'other' }; });
  assert.match(faults, /ServiceMonitor.*selects nothing/);
  assert.match(faults, /asks for the job message-contact-worker, which nothing scrapes/);
});

test('is found: a key twice', () => {
  assert.throws(() => documentsIn('a: 1\na: 2\n', 'file'), /file: Map keys must be unique/);
});
