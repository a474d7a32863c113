export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  /** As written behind FROM. */
  readonly base: string;
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Those before the first FROM: name to default. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

/** Reads the part of the format that our Dockerfile uses; throws on anything else, so that no line is passed over. */
export function parseDockerfile(text: string): Dockerfile {
  const given: Record<string, string> = {};
  const stages: { base: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const { name, text: rest } of instructionsOf(text)) {
    if (name === 'FROM') {
      const [base = '', as, stage] = rest.split(/\s+/);
      if (as !== undefined && as.toUpperCase() !== 'AS') throw new Error(`FROM ${rest} is not understood`);
      stages.push({ base, name: stage ?? null, instructions: [] });
    } else if (stages.length > 0) stages.at(-1)!.instructions.push({ name, text: rest });
    else if (name === 'ARG') given[rest.split('=')[0]!] = rest.slice(rest.indexOf('=') + 1);
    else throw new Error(`${name} stands before the first FROM`);
  }
  return { arguments: given, stages };
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter(line => !line.startsWith('#'));
  const whole = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return whole
    .filter(line => line.trim() !== '')
    .map(line => {
      const found = /^([A-Z]+) +(.*)$/.exec(line);
      if (!found) throw new Error(`this line of the Dockerfile is not understood: ${line}`);
      return { name: found[1]!, text: found[2]! };
    });
}

/** The words of an exec form such as `["node", "x.ts"]`; a shell form has none, and throws. */
export function execForm(text: string): readonly string[] {
  if (!text.startsWith('[')) throw new Error(`expected the exec form, a list of words in brackets: ${text}`);
  const words: readonly string[] = JSON.parse(text);
  return words;
}
