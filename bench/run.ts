/**
 * What a call costs the gateway, beside anchors that do not move. `docs/performance.md` says how it is measured and how
 * to read it; `usage` in options.ts lists the options.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { oneRun, profiled, profileText, type RunResult } from './benchmark.ts';
import { wrkMissing } from './load.ts';
import { describeMachine } from './machine.ts';
import { matrix } from './matrix/matrix.ts';
import { type Options, readOptions, usage } from './options.ts';
import { cache } from './places.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { endWithUs, moveToOtherCore } from './processes.ts';
import { disturbances, goalTable, rowTables } from './report.ts';
import { writeResults } from './write-results.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(options: Options, postgres: Postgres): Promise<void> {
  if (options.profile !== null) {
    console.log(await profiled(options.profile, options, postgres));
    return;
  }
  if (options.matrix) {
    const text = `${describeMachine(postgres.version)}\n\n${await matrix(options, postgres, say)}`;
    console.log(text);
    if (options.write) writeResults('matrix', text);
    return;
  }
  const results: RunResult[] = [];
  for (let run = 1; run <= options.runs; run++) {
    say(`run ${run} of ${options.runs}`);
    results.push(await oneRun(options, postgres, say));
  }
  const text = report(options, results, postgres);
  console.log(text);
  if (!options.write) return;
  writeResults('results', text);
  const profile = results.at(-1)?.profile;
  if (profile) writeResults('profile', ['```', profileText(profile).trimEnd(), '```'].join('\n'));
}

function report(options: Options, results: readonly RunResult[], postgres: Postgres): string {
  const runs = results.map(({ run }) => run);
  const missing = [...(results[0]?.missing ?? []), ...(wrkMissing === null ? [] : [`${wrkMissing}, lg loads instead`])];
  const how = `Median of ${options.runs} run(s) of ${options.rounds} rounds of ${options.seconds} s.`;
  return [
    `${describeMachine(postgres.version)} ${how}`,
    ...(missing.length === 0 ? [] : ['', `Left out: ${missing.join('; ')}.`]),
    '',
    goalTable(runs),
    '',
    ...[disturbances(runs)].filter(Boolean).flatMap(line => [line, '']),
    rowTables(runs),
  ].join('\n');
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
endWithUs();
moveToOtherCore();
execFileSync('sh', [join(import.meta.dirname, 'setup.sh'), cache], { stdio: 'inherit' });
const postgres = await startPostgres();
try {
  await main(options, postgres);
} finally {
  await postgres.stop();
}
