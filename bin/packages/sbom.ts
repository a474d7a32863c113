import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type LockedPackage, productionPackages, readLock } from './lockfile.ts';

/** CycloneDX, as far as it is looked at here. */
const Bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.object({ name: z.string(), version: z.string() })),
});

/**
 * The bill of materials of a production install as CycloneDX JSON, by npm. `npm sbom --omit dev` leaves out whatever a development
 * package also uses, `@prisma/client` among them, so npm gets a manifest and a lockfile without development packages.
 * Asks no registry. Throws when npm fails or leaves a package out.
 */
export function productionBom(root: URL): string {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-sbom-'));
  const project = join(folder, 'tollgate'); // npm takes the name of the program from its folder
  mkdirSync(project);
  try {
    const lock = readLock(root);
    const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    const packages = Object.entries(lock.packages)
      .filter(([, entry]) => !entry.dev)
      .map(([path, entry]) => [path, path === '' ? { ...entry, devDependencies: undefined } : entry]);
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(project, 'package-lock.json'),
      JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }),
    );
    const text = npmSbom(project);
    refuseIncomplete(text, productionPackages(lock));
    return text;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npmSbom(project: string): string {
  const words = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--offline'];
  const { status, stdout, stderr, error } = spawnSync('npm', words, {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  return stdout;
}

function refuseIncomplete(text: string, packages: readonly LockedPackage[]): void {
  const listed = new Set(Bom.parse(JSON.parse(text)).components.map(({ name, version }) => `${name}@${version}`));
  const missing = packages.map(({ name, version }) => `${name}@${version}`).filter(one => !listed.has(one));
  if (missing.length > 0) throw new Error(`npm sbom left out ${missing.join(', ')}`);
}
