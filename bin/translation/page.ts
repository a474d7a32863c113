import type { Codec, Provider } from '../../src/spec/provider.ts';
import type { Change } from './changes.ts';
import { type EmbeddingsSubject, embeddingsSubjects } from './embeddings.ts';
import type { Probe } from './probe.ts';
import { probeGroups } from './probes.ts';
import { passedThrough, type Subject, subjects } from './subjects.ts';
import { type Effect, tryProbe } from './try-probe.ts';

/** `docs/translation.md`, as the codecs are now. */
export async function translationPage(): Promise<string> {
  const sections = await Promise.all(subjects.map(subjectSection));
  const paragraphs = [INTRODUCTION, ...sections.flat(), ...(await embeddingsSection()), ...passThroughSection()];
  return `${paragraphs.join('\n\n')}\n`;
}

const INTRODUCTION = `# What becomes of each member

A client speaks OpenAI's chat dialect; some providers speak another one, and some models of \`openai\` and \`azure\` answer in OpenAI's Responses dialect alone (\`openai-responses\` below). This page says, member by member, what such a provider gets. It is not written by hand: \`npm run docs:translation\` sends every row through the translation that serves calls and writes down what comes out, and a test compares. What becomes of the members of a client of Anthropic's dialect is in [anthropic-client.md](anthropic-client.md), of one of Gemini's in [gemini-client.md](gemini-client.md), of one of the Responses dialect in [responses-client.md](responses-client.md).

- **Arrives as** is what is then different in the request to the provider, against the same request without the member. Long texts are cut short (…); of a value that is long as a whole only the place is shown. Behind an address that the provider does not read for itself the gateway fetches the bytes.
- **Warning** is what the caller is told in \`x-tollgate-warnings\`: the action (\`dropped\`, \`emulated\`, \`clamped\`, \`approximated\`) and why. With \`x-tollgate-strict: true\` the first warning is a 400 that names the member instead, and nothing is sent.
- **400** is a member that cannot be translated: the call ends before anything is sent.
- "the default" is a member that says what holds anyway.

How translation works is in [neutral-model.md](neutral-model.md), where it happens in [request-path.md](request-path.md).`;

interface Row {
  readonly probe: Probe;
  readonly effect: Effect;
  /** Why it need not arrive. */
  readonly needless?: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

async function subjectSection(subject: Subject): Promise<readonly string[]> {
  if (subject.like !== undefined) return likeSection(subject, subject.like);
  const [model, ...others] = subject.models;
  const sections = await sectionsOf(subject, model);
  const rest = await Promise.all(others.map(other => differences(subject, other, sections)));
  return [
    `## ${subject.title}`,
    `Tried with \`${model}\`.`,
    ...sections.flatMap(({ title, rows }) => [`### ${title} (${subject.provider.id})`, table(rows)]),
    ...rest.flat(),
  ];
}

const sectionsOf = ({ codec, format, needless }: Subject, model: string): Promise<readonly Section[]> =>
  Promise.all(
    probeGroups(format).map(async ({ title, probes }) => {
      const rows = probes.map(async probe => ({
        probe,
        effect: await tryProbe(probe, codec, model),
        ...(probe.name in needless && { needless: needless[probe.name] }),
      }));
      return { title, rows: await Promise.all(rows) };
    }),
  );

/** A dialect that is described already: what each model takes otherwise than the same one there. */
async function likeSection(subject: Subject, like: string): Promise<readonly string[]> {
  const known = subjects.find(({ title }) => title === like)!;
  const models = subject.models.map(async model => differences(subject, model, await sectionsOf(known, model)));
  const intro = `As [${like}](#${like}), but for its URLs and what these tables say.`;
  return [`## ${subject.title}`, intro, ...(await Promise.all(models)).flat()];
}

/** What a model takes otherwise than the known ones. */
async function differences(subject: Subject, model: string, known: readonly Section[]): Promise<readonly string[]> {
  const shown = new Set(known.flatMap(({ rows }) => rows.map(lineOf)));
  const rows = (await sectionsOf(subject, model))
    .flatMap(section => section.rows)
    .filter(row => !shown.has(lineOf(row)));
  const at = subject.like === undefined ? '' : ` (${subject.provider.id})`;
  const title = `### Otherwise with \`${model}\`${at}`;
  return rows.length === 0 ? [title, 'Nothing.'] : [title, table(rows)];
}

const table = (rows: readonly Row[]): string =>
  ['| member | arrives as | warning |', '|---|---|---|', ...rows.map(lineOf)].join('\n');

const lineOf = ({ probe, effect, needless }: Row): string =>
  `| ${cell(probe.name)} | ${cell(arrival(probe, effect, needless))} | ${cell(effect.warnings.map(warningText).join('<br>'))} |`;

const warningText = ({ field, action, why }: Effect['warnings'][number]): string => `\`${field}\` ${action}: ${why}`;

function arrival(probe: Probe, { changes, warnings, refused }: Effect, needless?: string): string {
  if (refused !== undefined) return `400: ${refused}`;
  if (changes.length > 0) return changes.map(changeText).join('<br>');
  if (probe.isDefault) return 'the default';
  if (warnings.length > 0) return '—';
  return needless === undefined ? 'nothing' : `nothing: ${needless}`;
}

const LONGEST_TEXT = 40;
const LONGEST_VALUE = 200;

function changeText({ path, value }: Change): string {
  const [, place = '', rest = ''] = /^(path|headers|body)\.?(.*)$/.exec(path) ?? [];
  if (place === 'path') return `URL \`${String(value)}\``;
  if (value === undefined) return `no \`${rest}\``;
  const said = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? shortened(inner) : inner));
  const text = said.length > LONGEST_VALUE ? rest : `${rest}: ${said}`;
  return place === 'headers' ? `header \`${text}\`` : `\`${text}\``;
}

const shortened = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT / 2)}…` : text);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

async function embeddingsSection(): Promise<readonly string[]> {
  const embeddings = await embeddingsSubjects();
  if (embeddings.length === 0) return [];
  return [
    '## Embeddings',
    "`encoding_format` is the gateway's own to answer: vectors come as numbers and go to the client as it asked.",
    ...embeddings.flatMap(({ provider, model, rows }) => [
      `### Embeddings (${provider.id}${several(embeddings, provider) ? `, ${model}` : ''})`,
      `Tried with \`${model}\`.`,
      table(rows),
    ]),
  ];
}

const several = (all: readonly EmbeddingsSubject[], provider: Provider): boolean =>
  all.filter(subject => subject.provider === provider).length > 1;

function passThroughSection(): readonly string[] {
  return [
    "## Providers of OpenAI's dialect",
    'They get the bytes of the request as they came, members that nobody here knows included. Changed are the name of the model and what this table says. What is left out is told in `x-tollgate-warnings`; what only goes under another name is not.',
    ['| provider | usage in streams | left out | renamed |', '|---|---|---|---|', ...passedThrough.map(passLine)].join(
      '\n',
    ),
  ];
}

function passLine([provider, codec]: readonly [Provider, Codec]): string {
  const usage = codec.asksForUsage ? 'asked for' : 'comes unasked';
  const quirks = codec.quirks.map(({ models, drop = [], rename = {} }) => ({
    where: models === undefined ? '' : ` (\`${models.source}\`)`,
    drop,
    rename: Object.entries(rename),
  }));
  const dropped = quirks.flatMap(({ where, drop }) => drop.map(name => `\`${name}\`${where}`));
  const renamed = quirks.flatMap(({ where, rename }) => rename.map(([from, to]) => `\`${from}\` to \`${to}\`${where}`));
  return `| ${[provider.id, usage, cell(dropped.join(', ')), cell(renamed.join(', '))].join(' | ')} |`;
}
