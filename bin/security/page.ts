import { read } from '../../test/house/sources.ts';
import { type ThreatRow, threatGroups, threatRows } from '../../test/security/rows.ts';
import { type Proof, securityProofs } from './proofs.ts';
import { settingLines } from './settings.ts';

/** `docs/security.md`, as the rows and the tests are now. */
export function securityPage(): string {
  const proofs = securityProofs();
  const groups = [...threatGroups].flatMap(([letter, title]) => {
    const rows = threatRows.filter(row => row.id.startsWith(letter));
    return [`## ${letter}: ${title}`, table(rows, proofs)];
  });
  return `${[introduction(proofs), SETTINGS, settings(), processFlags(), ACCEPTED, REPORTING, ...groups].join('\n\n')}\n`;
}

const introduction = (proofs: readonly Proof[]): string => `# Security

What Tollgate defends against, how, and the test that proves it. This page is not written by hand: \`npm run docs:security\` puts it together from the rows in \`test/security/rows.ts\` and the titles of the tests in \`test/security\`, and a test compares.

**What is protected**, by damage: provider keys and the master key; prompts and answers; money and the ledger of it; virtual keys and the admin key; the configuration, since whoever changes a base URL gets keys and prompts; streams that go on; names of models, teams and end users.

**From whom**: a caller without a key; a caller with one, or with a stolen one; a provider, or somebody who poses as it; the author of a prompt or of what a prompt quotes; a web page in an operator's browser; another user or process of the machine; code in a package.

**States**: *green* means that the defence is built and the tests named in the row run with every change. *no door yet* names what does not exist, so that nothing can be attacked there; where it stands beside *green*, that part of the row waits for it. *later* belongs to a part of the product that is still to come. ${counted(proofs)}`;

function counted(proofs: readonly Proof[]): string {
  const states = threatRows.map(row => stateOf(row, proofs));
  const count = (word: string) => states.filter(state => state.startsWith(word)).length;
  return `Of ${threatRows.length} rows ${count('green')} are green, ${count('no door yet')} have no door yet, ${count('later')} are for later.`;
}

const SETTINGS = `## Settings

The limits stand in one file, \`src/spec/limits.ts\`; this is what it says.`;

const settings = (): string => ['| setting | for | value |', '|---|---|---|', ...settingLines()].join('\n');

/** Read where they are set, since a page that names others would be believed. */
function processFlags(): string {
  const flags = /^node_flags='([^']+)'$/m.exec(read('bin/node.sh'))?.[1];
  if (flags === undefined) throw new Error('bin/node.sh sets no flags for the process');
  return `\`bin/tollgate\` starts Node with ${flags.split(' ').map(inCode).join(', ')} and without core dumps. Node's own HTTP parser runs in its strict mode. \`NODE_TLS_REJECT_UNAUTHORIZED=0\` and \`--inspect\` stop the start.`;
}

const inCode = (text: string): string => `\`${text}\``;

const ACCEPTED = `## Accepted

- Root, and whoever runs as the gateway's own user, sees everything.
- A provider sees the prompts that are sent to it.
- Inside one organization teams may share a provider's prompt cache.
- Budgets that are not strict will overspend within a stated bound; guardrails will lower risk and prove nothing. Neither is built.
- Floods of traffic are for the network in front.`;

const REPORTING = `## Reporting a vulnerability

Please report it privately, by the private security report of the repository, and not as an issue: what happens, which version (\`bin/tollgate version\`), and the smallest request or configuration that shows it. Leave out real keys.`;

const table = (rows: readonly ThreatRow[], proofs: readonly Proof[]): string =>
  [
    '| row | threat | defence as built | tests | state |',
    '|---|---|---|---|---|',
    ...rows.map(row => lineOf(row, proofs)),
  ].join('\n');

const lineOf = (row: ThreatRow, proofs: readonly Proof[]): string =>
  `| ${[row.id, row.threat, row.defence ?? '–', testsOf(row, proofs), stateOf(row, proofs)].map(cell).join(' | ')} |`;

const provesRow = (row: ThreatRow, proofs: readonly Proof[]): readonly Proof[] =>
  proofs.filter(({ ids }) => ids.includes(row.id));

function testsOf(row: ThreatRow, proofs: readonly Proof[]): string {
  const byFile = Map.groupBy(provesRow(row, proofs), proof => proof.file);
  const cells = [...byFile].map(([file, found]) => {
    const titles = new Set(found.map(({ title }) => inWords(title)));
    return `[${file.split('/').at(-1)}](../${file}): ${[...titles].join('; ')}`;
  });
  return cells.length === 0 ? '–' : cells.join('<br>');
}

/** A title without its ids; what a table of cases fills in stays a blank. */
const inWords = (title: string): string =>
  title.replace(/^(?:[A-Z]\d{1,2}\b[: ]\s*)+/, '').replaceAll(/%[a-zA-Z]|\$\w+/g, '…');

function stateOf(row: ThreatRow, proofs: readonly Proof[]): string {
  const missing = row.missing === undefined ? '' : `no door yet: ${row.missing}`;
  if (row.when === 'later') return `later: ${row.missing ?? ''}`;
  if (provesRow(row, proofs).length > 0) return missing === '' ? 'green' : `green; ${missing}`;
  if (row.defence === null) return missing;
  return 'built, without a test';
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
