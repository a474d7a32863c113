import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { programVersion } from '../../control/health/program-version.ts';
import { wrongPackages } from '../../installed-packages.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { counted, some } from './words.ts';

export interface Versions {
  readonly node: string;
  /** As package.json asks for it, `>=22.19`. */
  readonly wanted: string;
  /** Packages that are missing or other than locked; null where there is nothing to compare. */
  readonly wrong: readonly string[] | null;
}

const Manifest = z.object({ engines: z.object({ node: z.string() }) });

export function seeVersions(root: string): Versions {
  const { engines } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  // The built program stands in a folder of its own below the one that everything is installed in.
  const installed = [root, dirname(root)].find(folder => existsSync(join(folder, 'package-lock.json')));
  const wrong = installed === undefined ? null : wrongPackages(installed, 'production');
  return { node: process.versions.node, wanted: engines.node, wrong };
}

export function checkVersions({ node, wanted, wrong }: Versions): readonly Finding[] {
  const runs = `Tollgate ${programVersion()} on Node.js ${node}`;
  return [
    isEnough(node, wanted)
      ? ok('versions', runs)
      : problem('versions', `${runs}: it needs ${wanted}`, 'Run ./install.sh: it finds or installs a fitting one.'),
    packages(wrong),
  ];
}

function packages(wrong: Versions['wrong']): Finding {
  if (wrong === null) {
    return note(
      'packages',
      'there is no lockfile here to compare with',
      'Nothing to do where the program came as an image.',
    );
  }
  if (wrong.length === 0) return ok('packages', 'are those of the lockfile');
  const message = `${counted(wrong.length, 'package')} missing or other than locked: ${some(wrong)}`;
  return problem('packages', message, 'Run ./install.sh --no-start, and start the gateway again.');
}

/** `>=22.19` against `24.1.0`, by the two numbers that count. */
function isEnough(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = wanted.replace(/^>=/, '').split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
