import assert from 'node:assert/strict';
import { plannedAdapters, providers } from '../../../providers/index.ts';
import { ConfigurationProblem } from '../../../src/config.ts';
import { readConfigurationText } from '../../../src/control/configuration/configuration-file.ts';
import { isModelName, isResourceName } from '../../../src/spec/names.ts';
import { configurations, configurationWords } from '../corpus/configurations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { assertPlace, linesOf } from './yaml.ts';

/** Stands in every secret of the environment, and may stand in no message. */
const CANARY = 'canary-0123456789';

const context = {
  adapters: { built: providers, planned: plannedAdapters },
  sources: {
    environment: { OPENAI_API_KEY: CANARY, WEB_KEY: `${CANARY}-of-a-key`, SHORT: CANARY.slice(0, 8) },
    folder: '/nowhere',
    folders: ['/nowhere'],
    protectedPaths: ['/proc', '/sys', '/dev'],
  },
};

function run(bytes: Buffer): void {
  const text = bytes.toString();
  const lines = linesOf(text);
  const check = (messages: readonly string[]) => {
    for (const message of messages) {
      assertPlace(message, lines);
      assert(!message.includes(CANARY) || text.includes(CANARY), 'a message tells a secret');
    }
  };
  try {
    const { file, warnings } = readConfigurationText(text, 'f.yaml', context);
    check(warnings);
    const named = [file.teams, file.consumers, file.keys].flatMap(list => list.map(({ name }) => name));
    assert(named.every(isResourceName));
    assert(file.models.every(({ name }) => isModelName(name)));
    assert(file.providers.every(({ name }) => isResourceName(name)));
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    assert(error.problems.length > 0, 'refused without a word');
    check(error.problems);
  }
}

export const target: FuzzTarget = {
  name: 'configuration',
  run,
  seeds: () => configurations,
  words: configurationWords,
};
