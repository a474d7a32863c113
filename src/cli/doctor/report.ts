import { printable } from '../printable.ts';
import { count, type Finding } from './finding.ts';
import { counted } from './words.ts';

/** One line a finding, and below it, indented, what to do. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => printable(check).length));
  const indent = ' '.repeat('problem  '.length + width + 2);
  return findings
    .flatMap(({ check, state, message, advice }) => [
      `${state.padEnd('problem'.length)}  ${printable(check).padEnd(width)}  ${printable(message)}`,
      ...(advice === null ? [] : [`${indent}${printable(advice)}`]),
    ])
    .join('\n');
}

/** `2 problems, 1 warning`. */
export const summary = (findings: readonly Finding[]): string =>
  `${counted(count(findings, 'problem'), 'problem')}, ${counted(count(findings, 'warning'), 'warning')}`;
