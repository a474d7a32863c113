import assert from 'node:assert/strict';
import { parseYaml } from '../../../src/control/configuration/yaml-document.ts';
import { configurations, configurationWords } from '../corpus/configurations.ts';
import { assertPlain } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const POSITION = /^f\.yaml:(\d+):(\d+): ./s;

/** A place in the file that exists, so that whoever reads the message finds it. */
export function assertPlace(message: string, lines: number): void {
  const [, line, column] = POSITION.exec(message) ?? assert.fail(`no place in ${JSON.stringify(message)}`);
  assert(Number(line) >= 1 && Number(line) <= lines && Number(column) >= 1, `a place outside of the file: ${message}`);
}

export const linesOf = (text: string): number => text.split(/\r\n|\r|\n/).length;

/** Every place in the data, down to some depth. */
function* paths(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null || path.length > 4) return;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [name, inner] of entries) yield* paths(inner, [...path, name]);
}

function run(bytes: Buffer): void {
  const text = bytes.toString();
  const lines = linesOf(text);
  const document = parseYaml(text, 'f.yaml');
  for (const problem of document.problems) assertPlace(problem, lines);
  if (document.problems.length > 0) return assert.equal(document.data, undefined);
  assertPlain(document.data);
  let left = 50;
  for (const path of paths(document.data)) {
    if (left-- === 0) break;
    const names = [...document.names(path)];
    assert.equal(new Set(names).size, names.length, 'a name that stands twice');
    for (const message of document.describe([
      { path, message: 'x' },
      { path, message: 'y', atName: true },
    ])) {
      assertPlace(message, lines);
    }
  }
}

export const target: FuzzTarget = { name: 'yaml', run, seeds: () => configurations, words: configurationWords };
