/** One check of the conformance kit, named so that the name stays the same from run to run. */
export interface Case {
  readonly name: string;
  /** Null when it passed. */
  readonly why: string | null;
}

/** One row of the report that the kit's runner writes. */
export interface ReportRow {
  readonly id: string;
  readonly provider: string;
  readonly client: string;
  readonly mode: string;
  readonly ok: boolean;
  readonly bad: readonly string[];
}

export interface Comparison {
  /** Names, sorted. */
  readonly passing: readonly string[];
  readonly newlyPassing: readonly string[];
  /** Fails and was never on the list. */
  readonly failing: readonly Case[];
  /** On the list, and fails now or was not run. */
  readonly regressions: readonly Case[];
}

export const reportCases = (run: string, rows: readonly ReportRow[]): Case[] =>
  rows.map(row => ({
    name: `${run} ${row.provider}/${row.id} ${row.client} ${row.mode}`,
    why: row.ok ? null : row.bad.join(' | '),
  }));

/** Reads the table of the fault checks: one line a check with `passed/total`, the reasons indented below it. */
export function faultCases(table: string): Case[] {
  const lines = table.split('\n');
  return lines.flatMap((line, index) => {
    const match = /^(\S.*?)\s+(\d+)\/(\d+)$/.exec(line);
    if (!match) return [];
    const passed = match[2] === match[3];
    return [{ name: `faults ${match[1]}`, why: passed ? null : (lines[index + 1]?.trim() ?? 'failed') }];
  });
}

/** Sets what happened against the names that once passed. */
export function compare(cases: readonly Case[], listed: readonly string[]): Comparison {
  const once = new Set(listed);
  const ran = new Set(cases.map(({ name }) => name));
  const passing = cases.filter(({ why }) => why === null).map(({ name }) => name);
  const failing = cases.filter(({ why }) => why !== null);
  return {
    passing: passing.sort(),
    newlyPassing: passing.filter(name => !once.has(name)),
    failing: failing.filter(({ name }) => !once.has(name)),
    regressions: [
      ...failing.filter(({ name }) => once.has(name)),
      ...listed.filter(name => !ran.has(name)).map(name => ({ name, why: 'was not run' })),
    ],
  };
}
