import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../house/sources.ts';
import { contextFilter, copyContext } from './docker-context.ts';
import { type Dockerfile, execForm, type Instruction, parseDockerfile } from './dockerfile.ts';

/** What the Dockerfile makes, in a folder that stands for the image's root. */
export interface PlainImage {
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly stopSignal: NodeJS.Signals;
  readonly volumes: readonly string[];
  /** Words of ENTRYPOINT and CMD, and of the health check, with this machine's paths. */
  readonly command: readonly string[];
  readonly health: readonly string[];
  /** RUN instructions of the last stage: they change the system, and here is none to change. */
  readonly notRun: readonly string[];
  /** Where a path of the image lies on this machine; one that no instruction made is the system's own. */
  readonly place: (image: string) => string;
}

/**
 * Performs the instructions of the Dockerfile, read from it, in folders below `folder`: its build stages whole, of the
 * last stage everything but RUN. The base image is this machine.
 */
export function buildPlainImage(folder: string): PlainImage {
  const context = path.join(folder, 'context');
  copyContext(root, context, contextFilter(readFileSync(path.join(root, '.dockerignore'), 'utf8')));
  const { stages }: Dockerfile = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
  const roots = new Map<string, string>();
  const images = stages.map(({ name, instructions }, index) => {
    const stage = openStage(path.join(folder, name ?? 'image'), context, roots, index < stages.length - 1);
    for (const instruction of instructions) stage.perform(instruction);
    if (name) roots.set(name, stage.root);
    return stage.finished;
  });
  return images.at(-1)!();
}

function openStage(stageRoot: string, context: string, others: ReadonlyMap<string, string>, runs: boolean) {
  const inside = (image: string) => path.join(stageRoot, image);
  const place = (image: string) => (image.startsWith('/') && existsSync(inside(image)) ? inside(image) : image);
  const environment: Record<string, string> = {};
  const state = { workdir: '/', user: '', stopSignal: 'SIGTERM', entrypoint: '[]', command: '[]', health: '[]' };
  const [volumes, notRun]: [string[], string[]] = [[], []];
  mkdirSync(stageRoot);

  const copy = (text: string): void => {
    const words = text.split(' ');
    const [, from] = /^--from=(.*)$/.exec(words[0]!) ?? [];
    if (from !== undefined) words.shift();
    const target = words.pop()!;
    const source = from === undefined ? context : others.get(from)!;
    for (const word of words) {
      const into = path.join(stageRoot, path.resolve(state.workdir, target));
      const entry = path.join(source, word);
      cpSync(entry, statSync(entry).isDirectory() ? into : path.join(into, word), { recursive: true });
    }
  };

  const run = (text: string): void => {
    if (!runs) {
      notRun.push(text);
      return;
    }
    if (/(^|\s)\//.test(text))
      throw new Error(`a build step may name no absolute path, it would be this machine's: ${text}`);
    // npm wants a home to write to, which not every user has.
    const script = 'root=$1; . "$root/bin/node.sh"; give_home; exec sh -c "$2"';
    const options = { cwd: inside(state.workdir), env: baseEnvironment(), stdio: 'pipe' } as const;
    execFileSync('sh', ['-c', script, 'sh', root, text], options);
  };

  const make = (image: string): void => {
    mkdirSync(inside(image), { recursive: true });
  };

  const handlers: Readonly<Record<string, (text: string) => void>> = {
    WORKDIR: text => {
      state.workdir = text;
      make(text);
    },
    COPY: copy,
    RUN: run,
    ENV: text => {
      const [name = '', value = ''] = text.split(/=(.*)/s);
      environment[name] = value;
    },
    USER: text => {
      state.user = text;
    },
    VOLUME: text => {
      volumes.push(text);
      make(text);
    },
    EXPOSE: () => {},
    STOPSIGNAL: text => {
      state.stopSignal = text;
    },
    HEALTHCHECK: text => {
      state.health = text.replace(/^.* CMD /, '');
    },
    ENTRYPOINT: text => {
      state.entrypoint = text;
    },
    CMD: text => {
      state.command = text;
    },
  };

  /** A value may be a path, one below something that was made, or a list of paths. */
  const placed = (value: string): string =>
    value
      .split(':')
      .map(part =>
        place(part) === part && place(path.dirname(part)) !== path.dirname(part) ? inside(part) : place(part),
      )
      .join(':');

  return {
    root: stageRoot,
    perform({ name, text }: Instruction): void {
      const handler = handlers[name];
      if (!handler) throw new Error(`${name} is not performed here: teach test/deploy/plain-image.ts`);
      handler(text);
    },
    finished: (): PlainImage => ({
      root: stageRoot,
      workdir: inside(state.workdir),
      environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, placed(value)])),
      user: state.user,
      stopSignal: state.stopSignal as NodeJS.Signals,
      volumes: volumes.map(inside),
      command: [...execForm(state.entrypoint), ...execForm(state.command)].map(place),
      health: execForm(state.health).map(place),
      notRun,
      place,
    }),
  };
}

/** The base image brings node and npm. Here npm must still find the settings of the one that the machine has. */
function baseEnvironment(): NodeJS.ProcessEnv {
  const ours = [path.dirname(process.execPath), path.join(root, 'node_modules/.bin')];
  const machine = (process.env.PATH ?? '').split(':').filter(folder => !ours.includes(folder));
  const environment = { ...process.env, PATH: machine.join(':') };
  // Where npm stands beside our own Node.js alone, that one's settings are the right ones anyway.
  const asked = execFileSync('sh', ['-c', 'npm config get globalconfig || true'], {
    env: environment,
    encoding: 'utf8',
  });
  return {
    ...process.env,
    PATH: [...ours.slice(0, 1), ...machine].join(':'),
    ...(asked.trim() ? { npm_config_globalconfig: asked.trim() } : {}),
  };
}
