import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ArchiveSection } from '../../../src/store/backup/archive-format.ts';
import { ArchiveProblem } from '../../../src/store/backup/archive-problem.ts';
import { type ArchiveVisitor, readArchive } from '../../../src/store/backup/read-archive.ts';
import { Seeded } from '../../support/seeded.ts';
import { handMade, head, inPieces } from './archive.ts';

const headLine = `${JSON.stringify(head)}\n`;
const section = (table: string, rows: string) => `{"table":"${table}","columns":["id","name"]}\n${rows}\\.\n`;
const teams = section('public.teams', '1\tone\n2\ttwo\\\\.\n\\\\.\t\\N\n');
const text = headLine + section('public.organizations', '') + teams;
const rows = { 'public.organizations': 0, 'public.teams': 3 };

const read = (bytes: Buffer, visitor?: ArchiveVisitor, pieces?: number) =>
  readArchive(inPieces(bytes, pieces), visitor);
const problemOf = (bytes: Buffer) =>
  read(bytes).then(
    () => 'none',
    (error: unknown) => {
      expect(error).toBeInstanceOf(ArchiveProblem);
      return (error as ArchiveProblem).message;
    },
  );

/** True when both give the same content. */
function unpacksAlike(one: Buffer, other: Buffer): boolean {
  try {
    return gunzipSync(one).equals(gunzipSync(other));
  } catch {
    return false;
  }
}

test.each([1, 7, 1000])('gives head, rows and end, in pieces of %i bytes', async pieces => {
  const seen: [ArchiveSection['table'], string][] = [];
  const visitor: ArchiveVisitor = {
    async section({ table }, ofSection) {
      const chunks: Buffer[] = [];
      for await (const chunk of ofSection) chunks.push(chunk);
      seen.push([table, Buffer.concat(chunks).toString()]);
    },
  };
  const found = await read(gzipSync(handMade(text, rows)), visitor, pieces);
  expect(found).toMatchObject({ head, end: { rows } });
  expect(seen).toEqual([
    ['public.organizations', ''],
    ['public.teams', '1\tone\n2\ttwo\\\\.\n\\\\.\t\\N\n'],
  ]);
});

describe('what is no whole archive is told by its kind', () => {
  test('another file', async () => {
    expect(await problemOf(Buffer.from('PK\u0003\u0004 some other file'))).toBe('This is not a backup of Tollgate.');
    expect(await problemOf(gzipSync('hello\n'))).toBe('This is not a backup of Tollgate.');
    expect(await problemOf(gzipSync('{"a":1}\n'))).toBe('This is not a backup of Tollgate.');
  });

  test('one of a later format', async () => {
    const later = gzipSync(handMade(text.replace('"tollgate_backup":1', '"tollgate_backup":2'), rows));
    expect(await problemOf(later)).toMatch(/has format 2, made by a newer Tollgate/);
  });

  test('nothing, and an archive cut at any byte', async () => {
    const whole = gzipSync(handMade(text, rows));
    for (let length = 0; length < whole.length; length++) {
      expect([length, await problemOf(whole.subarray(0, length))]).toEqual([
        length,
        expect.stringMatching(/not complete/),
      ]);
    }
  });

  test('one cut between its lines and packed again', async () => {
    for (const part of [headLine, headLine + section('public.organizations', ''), text, text.slice(0, -3)]) {
      expect(await problemOf(gzipSync(part))).toMatch(/not complete/);
    }
  });

  test('one with any byte flipped, unless that changes nothing', async () => {
    const whole = gzipSync(handMade(text, rows));
    const told: string[] = [];
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 0x10;
      if (!unpacksAlike(flipped, whole)) told.push(await problemOf(flipped));
    }
    // Some bits of gzip's own head and the filling of its last byte mean nothing.
    expect(told.length).toBeGreaterThan(whole.length - 12);
    expect(told.filter(problem => !/damaged|not complete|not a backup/.test(problem))).toEqual([]);
  });

  test('one whose content was changed and packed again', async () => {
    const { sha256 } = JSON.parse(handMade(text, rows).subarray(text.length).toString());
    expect(await problemOf(gzipSync(handMade(text.replace('one', 'two'), rows, { sha256 })))).toMatch(/checksum/);
    expect(await problemOf(gzipSync(handMade(text, { ...rows, 'public.teams': 2 })))).toMatch(/public\.teams/);
    expect(await problemOf(gzipSync(handMade(text, { 'public.teams': 3, 'ledger.dimensions': 1 })))).toMatch(/ledger/);
    expect(await problemOf(gzipSync(handMade(text, rows, { more: 'more\n' })))).toMatch(/behind its end/);
    expect(await problemOf(gzipSync(handMade(text.replace('public.teams', 'pg_catalog.pg_authid'), rows)))).toMatch(
      /cannot be understood/,
    );
  });

  test('an endless line, without holding it', async () => {
    const long = gzipSync(Buffer.concat([Buffer.from(headLine), Buffer.alloc(20 * 1024 * 1024, 'x')]));
    expect(await problemOf(long)).toMatch(/line of more than 16 MiB/);
  });

  test('any damage at all', async () => {
    const chance = new Seeded(5);
    const whole = gzipSync(handMade(text, rows));
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(whole);
      for (let hits = 1 + chance.below(4); hits > 0; hits--)
        bytes[10 + chance.below(bytes.length - 10)] = chance.below(256);
      if (!unpacksAlike(bytes, whole)) expect(await problemOf(bytes)).not.toBe('none');
    }
  });
});

test('lets go of its source when the visitor has seen enough', async () => {
  let closed = false;
  async function* endless() {
    try {
      yield* inPieces(gzipSync(handMade(text, rows)));
      for (;;) {
        await sleep(5);
        yield Buffer.alloc(0);
      }
    } finally {
      closed = true;
    }
  }
  const enough = new Error('enough');
  const reading = readArchive(endless(), { head: () => Promise.reject(enough) });
  await expect(reading).rejects.toBe(enough);
  await expect.poll(() => closed).toBe(true);
});
