/** What the agents of the command line have in common: files to read, a program to start, events a line each. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packages = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');

/** The files that the agents read in the place of calling the weather tool. */
export function writeFiles(folder) {
  for (const [city, degrees] of Object.entries({ Paris: 21, Oslo: 7, Rome: 25 })) {
    writeFileSync(join(folder, `${city}.txt`), `${city}: ${degrees} degrees\n`);
  }
}

export const cityOf = text => /(\w+)\.txt/.exec(text ?? '')?.[1];

/** The events that a program prints, one JSON object a line. `failed` finds the event that tells of a failure. */
export function eventsOf(program, args, environment, failed = () => false) {
  return new Promise((done, fail) => {
    const env = { ...process.env, ...environment };
    const child = execFile(
      program,
      args,
      { cwd: process.cwd(), env, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const lines = stdout.split('\n').filter(line => line.startsWith('{'));
        const events = lines.map(line => JSON.parse(line));
        const failure = events.find(failed);
        if (error || failure) {
          fail(new Error(`${failure ? JSON.stringify(failure) : error.message}\n${stderr.slice(-2_000)}`));
        } else done(events);
      },
    );
    // Some wait for a prompt on an open standard input.
    child.stdin.end();
  });
}
