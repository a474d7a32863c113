interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The member `packages` of a package-lock.json: folder to what it needs, '' being the project itself. */
export type Packages = Readonly<Record<string, Entry>>;

/**
 * Folders of the packages that the project's own dependencies lead to, less those of the project's that are left out.
 * Optional ones are among them whether they are installed or not; optional peers are not.
 */
export function runtimePackages(packages: Packages, leftOut: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const folder = locate(packages, from, name);
      if (folder === null || found.has(folder)) continue;
      found.add(folder);
      visit(folder, needs(packages[folder]!));
    }
  };
  visit(
    '',
    needs(packages[''] ?? {}).filter(name => !leftOut.includes(name)),
  );
  return [...found].sort();
}

function needs(entry: Entry): readonly string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(name => !entry.peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(entry.dependencies ?? {}), ...Object.keys(entry.optionalDependencies ?? {}), ...peers];
}

/** Where Node.js would find a package, seen from another one: its own folder first, then those above. */
function locate(packages: Packages, from: string, name: string): string | null {
  for (let folder = from; ; folder = above(folder)) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === '') return null;
  }
}

const above = (folder: string): string => folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1));
