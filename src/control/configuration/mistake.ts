/** Where in the file something stands: names of members and indexes of elements, from the top. */
export type Path = readonly (string | number)[];

/** Something wrong in the configuration file, before it has a line. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
  /** The name itself is wrong, not its value. */
  readonly atName?: boolean;
}

/** `models.fast.targets[0].weight`; names that would read wrongly stand in quotes: `models["gpt-4.1"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}
