/**
 * Compares the reports of a conformance run with test/conformance.passed: what once passed must pass. Usage:
 * `compare.ts FOLDER [--update]`; with --update newly passing cases are added to the list, which only grows.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, compare, faultCases, reportCases } from './cases.ts';

const listFile = fileURLToPath(new URL('../conformance.passed', import.meta.url));
const [folder, mode] = process.argv.slice(2);
if (!folder || (mode !== undefined && mode !== '--update')) {
  console.error('usage: compare.ts FOLDER [--update]');
  process.exit(2);
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const cases: readonly Case[] = [
  ...[
    'whole',
    'split',
    'crlf',
    'comments',
    'onechunk',
    'azure-own',
    'azure-own-cut',
    'vertex-own',
    'responses-own',
    'responses-own-cut',
    'responses-own-crlf',
    'responses-own-comments',
    'responses-own-onechunk',
    'embeddings',
  ].flatMap(run => reportCases(run, JSON.parse(read(`${run}.json`)))),
  ...faultCases(read('faults.txt')),
  ...faultCases(read('faults-responses-own.txt')).map(one => ({ ...one, name: `responses-own ${one.name}` })),
];
const listed = existsSync(listFile) ? readFileSync(listFile, 'utf8').split('\n').filter(Boolean) : [];
const { passing, newlyPassing, failing, regressions } = compare(cases, listed);

for (const { name, why } of failing) console.log(`not passing yet: ${name}: ${why}`);
for (const name of newlyPassing) console.log(`newly passing: ${name}`);
for (const { name, why } of regressions) console.log(`PASSED BEFORE: ${name}: ${why}`);

if (mode === '--update') {
  const names = [...new Set([...listed, ...passing])].sort();
  writeFileSync(listFile, `${names.join('\n')}\n`);
  console.log(`test/conformance.passed has ${names.length} cases`);
} else if (newlyPassing.length > 0) {
  console.log(`${newlyPassing.length} cases are not in test/conformance.passed yet: npm run conformance -- --update`);
}

const share = cases.length === 0 ? 0 : (100 * passing.length) / cases.length;
console.log(`${passing.length} of ${cases.length} cases pass (${share.toFixed(1)} %)`);
const file = process.env.TOLLGATE_TEST_COUNTS;
if (file) writeFileSync(file, JSON.stringify({ passed: passing.length, failed: regressions.length, skipped: 0 }));
process.exit(regressions.length > 0 || cases.length === 0 ? 1 : 0);
