import { historyProbes, partProbes, roleProbes } from './message-probes.ts';
import {
  accountProbes,
  limitProbes,
  outputProbes,
  reasoningProbes,
  samplingProbes,
  toolProbes,
} from './parameter-probes.ts';
import type { Probe, ProbeGroup } from './probe.ts';

const parameterGroups: readonly ProbeGroup[] = [
  { title: 'Tools', probes: toolProbes },
  { title: 'Form of the answer', probes: outputProbes },
  { title: 'Reasoning', probes: reasoningProbes },
  { title: 'Limits', probes: limitProbes },
  { title: 'Sampling', probes: samplingProbes },
  { title: 'Account, caching and the rest', probes: accountProbes },
];

/** Members beside `messages`. */
export const parameterProbes: readonly Probe[] = parameterGroups.flatMap(({ probes }) => probes);

/** Everything that a client of OpenAI's chat dialect can send, in the order of the page. */
export const probeGroups = (format: string): readonly ProbeGroup[] => [
  { title: 'Messages', probes: roleProbes },
  { title: 'Content of a user', probes: partProbes },
  { title: 'Earlier answers and tool results', probes: historyProbes(format) },
  ...parameterGroups,
];
