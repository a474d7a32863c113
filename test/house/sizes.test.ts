import { expect, test } from 'vitest';
import { lineOf, read, sourceFiles, syntaxOf, visit } from './sources.ts';

const fileLimit = 500;
const functionLimit = 100;

const ours = ['src', 'providers', 'bin', 'prisma', 'bench', 'test'].flatMap(sourceFiles);
const shipped = ['src', 'providers', 'bin', 'prisma'].flatMap(sourceFiles);

test('no file is longer than 500 lines', () => {
  expect(ours.filter(file => read(file).split('\n').length > fileLimit + 1)).toEqual([]);
});

test('no function is longer than 100 lines', () => {
  const long = shipped.flatMap(file => {
    const text = read(file);
    const found: string[] = [];
    visit(syntaxOf(text), node => {
      const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
      const lines = lineOf(text, node.end) - lineOf(text, node.start) + 1;
      if (isFunction && lines > functionLimit) found.push(`${file}:${lineOf(text, node.start)} has ${lines} lines`);
      return true;
    });
    return found;
  });
  expect(long).toEqual([]);
});

test('the type any is not used', () => {
  const used = ours.flatMap(file => {
    const text = read(file);
    const found: string[] = [];
    visit(syntaxOf(text), node => {
      if (node.type === 'TSAnyKeyword') found.push(`${file}:${lineOf(text, node.start)}`);
      return true;
    });
    return found;
  });
  expect(used).toEqual([]);
});

test('no checker is told to look away from types, and no work is left as a comment', () => {
  // Put together here, so that this file does not find itself.
  const marks = ['@ts-' + 'ignore', '@ts-' + 'expect-error', '@ts-' + 'nocheck', 'TO' + 'DO', 'FIX' + 'ME'];
  const found = ours.flatMap(file => marks.filter(mark => read(file).includes(mark)).map(mark => `${file}: ${mark}`));
  expect(found).toEqual([]);
});
