import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from '../../src/store/data-folder-lock.ts';
import { spawnGateway } from './embedded/spawn-gateway.ts';

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'tollgate-lock-'));
  folder = path.join(parent, 'data');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const holder = () => readFileSync(path.join(folder, 'gateway.pid'), 'utf8').split('\n')[0];

test('makes the folder for its owner only and names the process', () => {
  const lock = lockDataFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(folder, 'gateway.pid')).mode & 0o777).toBe(0o600);
  expect(holder()).toBe(String(process.pid));

  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('refuses a second gateway and names the first', async () => {
  const first = await spawnGateway(folder, 'lock');
  expect(() => lockDataFolder(folder)).toThrow(`process id ${first.process.pid}`);
  await first.exit();
});

test('is released when the process exits', async () => {
  const first = await spawnGateway(folder, 'lock');
  await first.exit();
  expect(readdirSync(folder)).toEqual([]);
});

test('is taken over from a process that was killed', async () => {
  const first = await spawnGateway(folder, 'lock');
  await first.kill();
  const lock = lockDataFolder(folder);
  expect(holder()).toBe(String(process.pid));
  lock.release();
});

test('is taken over when the number belongs to another process by now', () => {
  lockDataFolder(folder).release();
  writeFileSync(path.join(folder, 'gateway.pid'), `${process.ppid}\n1\nold\n`);
  const lock = lockDataFolder(folder);
  expect(holder()).toBe(String(process.pid));
  lock.release();
});

test.each(['', 'nonsense', '-1\n', '0\n'])('is taken over when the file says nothing: %j', content => {
  lockDataFolder(folder).release();
  writeFileSync(path.join(folder, 'gateway.pid'), content);
  lockDataFolder(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('is taken over by one of several that find it left behind', async () => {
  const first = await spawnGateway(folder, 'lock');
  await first.kill();
  const rivals = await Promise.all(Array.from({ length: 5 }, () => spawnGateway(folder, 'lock')));
  const winners = rivals.filter(rival => 'connection' in rival.hello);

  expect(winners).toHaveLength(1);
  expect(holder()).toBe(String(winners[0]!.process.pid));
  await winners[0]!.exit();
  expect(readdirSync(folder)).toEqual([]);
});

test('leaves the file alone that another process took meanwhile', () => {
  const lock = lockDataFolder(folder);
  writeFileSync(path.join(folder, 'gateway.pid'), '1\n\nother\n');
  lock.release();
  expect(holder()).toBe('1');
});
