import { describe, expect, test } from 'vitest';
import { embeddingsSubjects } from '../../bin/translation/embeddings.ts';
import { translationPage } from '../../bin/translation/page.ts';
import { beside } from '../../bin/translation/pairs.ts';
import type { Probe } from '../../bin/translation/probe.ts';
import { parameterProbes, probeGroups } from '../../bin/translation/probes.ts';
import { type Subject, subjects } from '../../bin/translation/subjects.ts';
import { isSilent, tryProbe } from '../../bin/translation/try-probe.ts';
import { read } from '../house/sources.ts';

test('docs/translation.md says what the codecs do; `npm run docs:translation` brings it up to date', async () => {
  expect(read('docs/translation.md')).toBe(await translationPage());
});

const runs = subjects.flatMap(subject => subject.models.map(model => ({ ...subject, id: subject.provider.id, model })));

const probesOf = ({ format }: Subject): readonly Probe[] => probeGroups(format).flatMap(group => group.probes);

async function silentOf(probes: readonly Probe[], { codec }: Subject, model: string): Promise<string[]> {
  const names: string[] = [];
  for (const probe of probes) if (isSilent(probe, await tryProbe(probe, codec, model))) names.push(probe.name);
  return names;
}

describe.each(runs)('$id with $model', ({ model, ...subject }) => {
  test('gets every member that a client can send, or the caller is told', async () => {
    const silent = await silentOf(probesOf(subject), subject, model);
    expect(silent.filter(name => !(name in subject.needless))).toEqual([]);
  });

  test('gets it also beside any other member, or the caller is told', async () => {
    const passed = new Set([...subject.implied, ...(await silentOf(parameterProbes, subject, model))]);
    const pairs = parameterProbes
      .filter(({ name }) => !passed.has(name))
      .flatMap(probe => parameterProbes.flatMap(other => beside(probe, other) ?? []));
    expect(await silentOf(pairs, subject, model)).toEqual([]);
  });
});

test.each(subjects)('what need not arrive at $title does not arrive there', async subject => {
  const silent = await Promise.all(subject.models.map(model => silentOf(probesOf(subject), subject, model)));
  expect(Object.keys(subject.needless).filter(name => !silent.flat().includes(name))).toEqual([]);
});

test('no two probes have one name', () => {
  const names = probeGroups('').flatMap(group => group.probes.map(probe => probe.name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('embeddings get every member that a client can send, or the caller is told', async () => {
  const silent = (await embeddingsSubjects()).flatMap(({ provider, rows }) =>
    rows.filter(({ probe, effect }) => isSilent(probe, effect)).map(({ probe }) => `${provider.id}: ${probe.name}`),
  );
  expect(silent).toEqual([]);
});
