import { expect, test } from 'vitest';
import { securityPage } from '../../bin/security/page.ts';
import { securityProofs } from '../../bin/security/proofs.ts';
import { meanings } from '../../bin/security/settings.ts';
import { limits } from '../../src/spec/limits.ts';
import { read } from '../house/sources.ts';
import { threatGroups, threatRows } from '../security/rows.ts';

const proofs = securityProofs();
const proven = new Set(proofs.flatMap(({ ids }) => ids));
const ids = threatRows.map(row => row.id);

test('docs/security.md says what the rows and the tests say; `npm run docs:security` brings it up to date', () => {
  expect(read('docs/security.md')).toBe(securityPage());
});

test('every row that has a defence has a test whose title begins with its id', () => {
  const built = threatRows.filter(row => row.when === 'now' && row.defence !== null);
  expect(built.filter(row => !proven.has(row.id)).map(row => row.id)).toEqual([]);
});

test('a row without a defence names what is missing, and no test claims it', () => {
  const open = threatRows.filter(row => row.defence === null);
  expect(open.filter(row => row.missing === undefined || proven.has(row.id)).map(row => row.id)).toEqual([]);
});

test('no test in test/security has an id that is no row', () => {
  expect([...proven].filter(id => !ids.includes(id))).toEqual([]);
});

test('rows have one id each, in the order of their groups', () => {
  const letters = [...threatGroups.keys()];
  const inOrder = ids.toSorted(
    (a, b) => letters.indexOf(a[0]!) - letters.indexOf(b[0]!) || Number(a.slice(1)) - Number(b.slice(1)),
  );
  expect(ids).toEqual([...new Set(inOrder)]);
});

test('every limit is described', () => {
  expect(Object.keys(limits).filter(name => !(name in meanings))).toEqual([]);
});
