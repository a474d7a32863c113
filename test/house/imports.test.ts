import path from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, read, sourceFiles } from './sources.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
}

const below = (file: string, folder: string) => file.startsWith(`${folder}/`);

function edges(folder: string): Edge[] {
  return sourceFiles(folder).flatMap(from =>
    importsOf(read(from))
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => ({ from, to: path.posix.join(path.posix.dirname(from), specifier) })),
  );
}

const wrong = (folder: string, allowed: (edge: Edge) => boolean) =>
  edges(folder)
    .filter(edge => !allowed(edge))
    .map(({ from, to }) => `${from} imports ${to}`);

test('the vocabulary imports nothing of ours', () => {
  expect(wrong('src/spec', ({ to }) => below(to, 'src/spec'))).toEqual([]);
});

test('providers import only the vocabulary and each other', () => {
  expect(wrong('providers', ({ to }) => below(to, 'src/spec') || below(to, 'providers'))).toEqual([]);
});

test('the data plane imports nothing of the control plane, the store, the command line or the providers', () => {
  expect(wrong('src/gateway', ({ to }) => below(to, 'src/gateway') || below(to, 'src/spec'))).toEqual([]);
});

test('the control plane imports nothing of the data plane or the command line', () => {
  expect(wrong('src/control', ({ to }) => !below(to, 'src/gateway') && !below(to, 'src/cli'))).toEqual([]);
});

test('the store imports nothing of the two planes', () => {
  const planes = ['src/gateway', 'src/control', 'src/cli'];
  expect(wrong('src/store', ({ to }) => !planes.some(plane => below(to, plane)))).toEqual([]);
});

test('no code that ships imports tests, benchmarks or tools', () => {
  const outside = ['test', 'bench', 'bin'];
  expect(wrong('src', ({ to }) => !outside.some(folder => below(to, folder)))).toEqual([]);
});

test('nobody looks behind the registry of providers', () => {
  const behind = (file: string) => below(file, 'providers') && file !== 'providers/index.ts';
  expect(wrong('src', ({ to }) => !behind(to))).toEqual([]);
});
