// Checks schemas/asyncapi.yaml with the official parser: the document itself and every $ref that it leads to.
// An error or a warning fails the check; advice (that AsyncAPI 3.1 is out) does not: more tools read 3.0.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';

const file = process.argv[2] ?? fileURLToPath(new URL('../../schemas/asyncapi.yaml', import.meta.url));
const { document, diagnostics } = await new Parser().parse(await readFile(file, 'utf8'), { source: file });

const WARNING = 1;
const faults = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { code, message, path, range } of faults) {
  console.error(`${file}:${range.start.line + 1}: ${code}: ${message} (${path.join('.')})`);
}
if (document === undefined || faults.length > 0) {
  console.error(`${file} is not valid`);
  process.exit(1);
}
console.log(`${file} is valid: ${document.channels().length} channels, ${document.operations().length} operations, `
  + `${document.messages().length} messages`);
