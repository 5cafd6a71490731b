// What must hold between the documents that one `kubectl apply -k` sends, which no schema can say.

const templateOf = ({ kind, spec }) => (kind === 'Job' || kind === 'StatefulSet' ? spec.template : null);
const idOf = ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;
const matches = (selector, labels = {}) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Every object below this one, itself included. */
function* objectsIn(value) {
  if (value !== null && typeof value === 'object') {
    yield value;
    for (const each of Object.values(value)) {
      yield* objectsIn(each);
    }
  }
}

/** What a pod names: a ConfigMap or Secret, with the keys that must be in it. */
function* referencesOf(template) {
  for (const object of objectsIn(template.spec)) {
    for (const [field, kind] of [['configMapRef', 'ConfigMap'], ['secretRef', 'Secret'], ['configMapKeyRef', 'ConfigMap'],
      ['secretKeyRef', 'Secret'], ['configMap', 'ConfigMap'], ['secret', 'Secret']]) {
      const reference = object[field];
      if (reference !== undefined) {
        const keys = [reference.key, ...(reference.items ?? []).map((item) => item.key)].filter(Boolean);
        yield { kind, name: reference.name ?? reference.secretName, keys };
      }
    }
  }
}

/** What KEDA's authentication names. */
function* referencesOfTrigger({ spec }) {
  for (const [field, kind] of [['secretTargetRef', 'Secret'], ['configMapTargetRef', 'ConfigMap']]) {
    for (const { name, key } of spec[field] ?? []) {
      yield { kind, name, keys: [key] };
    }
  }
}

function unresolved(document, documents) {
  const references = document.kind === 'TriggerAuthentication' ? referencesOfTrigger(document)
    : templateOf(document) ? referencesOf(templateOf(document)) : [];
  return [...references].flatMap(({ kind, name, keys }) => {
    const found = documents.find((each) => each.kind === kind && each.metadata.name === name);
    if (!found) {
      return [`names ${kind} ${name}, which is not there`];
    }
    return keys.filter((key) => !(key in (found.data ?? {}))).map((key) => `wants ${key}, which ${kind} ${name} lacks`);
  });
}

/** Mounts without a volume, and volumes that nothing mounts. */
function mountFaults(template) {
  const volumes = (template.spec.volumes ?? []).map(({ name }) => name);
  const mounted = [...(template.spec.initContainers ?? []), ...template.spec.containers]
    .flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  return [
    ...mounted.filter((name) => !volumes.includes(name)).map((name) => `mounts ${name}, which is no volume`),
    ...volumes.filter((name) => !mounted.includes(name)).map((name) => `has the volume ${name} and mounts it nowhere`),
  ];
}

/** Selectors that find nothing of what they are for. */
function selectorFaults(document, documents) {
  const { kind, spec } = document;
  const pods = documents.map(templateOf).filter(Boolean).map(({ metadata }) => metadata.labels);
  const services = documents.filter((each) => each.kind === 'Service');
  const [selector, found] = {
    Service: [spec?.selector, pods],
    StatefulSet: [spec?.selector?.matchLabels, [spec?.template?.metadata.labels]],
    PodDisruptionBudget: [spec?.selector?.matchLabels, pods],
    ServiceMonitor: [spec?.selector?.matchLabels, services.map(({ metadata }) => metadata.labels)],
  }[kind] ?? [];
  const faults = [];
  if (selector && (Object.keys(selector).length === 0 || !found.some((labels) => matches(selector, labels)))) {
    faults.push(`selects nothing by ${JSON.stringify(selector)}`);
  }
  if (kind === 'NetworkPolicy' && Object.keys(spec.podSelector?.matchLabels ?? {}).length === 0) {
    faults.push('selects every pod of the namespace');
  }
  for (const spread of templateOf(document)?.spec.topologySpreadConstraints ?? []) {
    if (!matches(spread.labelSelector.matchLabels, templateOf(document).metadata.labels)) {
      faults.push('spreads other pods than its own');
    }
  }
  return faults;
}

/** Pods that no NetworkPolicy lets out. */
function networkFaults(document, documents) {
  const template = templateOf(document);
  const covered = documents.some(({ kind, spec }) => kind === 'NetworkPolicy' && spec.policyTypes.includes('Egress')
    && matches(spec.podSelector.matchLabels ?? {}, template.metadata.labels));
  return covered ? [] : ['has pods that no NetworkPolicy is about'];
}

/** Names by which one document means another. */
function nameFaults({ kind, spec }, documents) {
  const isThere = (wanted, name) => documents.some((each) => each.kind === wanted && each.metadata.name === name);
  const faults = [];
  if (kind === 'StatefulSet' && !isThere('Service', spec.serviceName)) {
    faults.push(`has the service ${spec.serviceName}, which is not there`);
  }
  if (kind === 'ScaledObject') {
    if (!isThere(spec.scaleTargetRef.kind, spec.scaleTargetRef.name)) {
      faults.push('scales what is not there');
    }
    if (documents.some((each) => each.kind === spec.scaleTargetRef.kind && each.spec.replicas !== undefined)) {
      faults.push('scales what has a fixed number of replicas: each apply would undo it');
    }
    for (const { authenticationRef } of spec.triggers) {
      if (authenticationRef && !isThere('TriggerAuthentication', authenticationRef.name)) {
        faults.push(`logs in by ${authenticationRef.name}, which is not there`);
      }
    }
  }
  if (kind === 'PrometheusRule') {
    const jobs = documents.filter((each) => each.kind === 'ServiceMonitor').flatMap((monitor) => documents
      .filter((each) => each.kind === 'Service' && matches(monitor.spec.selector.matchLabels, each.metadata.labels))
      .map((service) => service.metadata.labels[monitor.spec.jobLabel]));
    const asked = new Set([...JSON.stringify(spec).matchAll(/job=\\"([^"\\]+)\\"/g)].map(([, job]) => job));
    faults.push(...[...asked].filter((job) => !jobs.includes(job)).map((job) => `asks for the job ${job}, which nothing scrapes`));
  }
  return faults;
}

/** What is wrong with documents that are applied together, one line each; empty if nothing is. */
export function faultsOf(documents) {
  const ids = documents.map(idOf);
  const faults = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id}: is there twice`);
  for (const document of documents) {
    const own = [
      ...unresolved(document, documents),
      ...(templateOf(document) ? [...mountFaults(templateOf(document)), ...networkFaults(document, documents)] : []),
      ...selectorFaults(document, documents),
      ...nameFaults(document, documents),
      ...(document.metadata.namespace ? [] : ['has no namespace']),
    ];
    faults.push(...own.map((fault) => `${idOf(document)}: ${fault}`));
  }
  return faults;
}
