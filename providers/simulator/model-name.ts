import { Refusal } from './refusal.ts';

/** A model of the simulator with the options behind its name: `story-50~~ttft=200~~gap=10`. */
export interface SimulatedModel {
  readonly name: string;
  readonly kind: 'echo' | 'story' | 'tool' | 'fail' | 'embed';
  /** Words of a story, status of a failure; else 0. */
  readonly number: number;
  readonly ttftMillis: number;
  readonly gapMillis: number;
}

const NAME = /^(?:(echo|tool|embed)|(story)-([1-9]\d{0,5})|(fail)-([45]\d\d))$/;
const OPTION = /^(ttft|gap)=(\d{1,5})$/;
const MAX_DELAY_MILLIS = 60_000;

/** Throws a 404 in OpenAI's shape on a name or an option that does not exist. */
export function parseModel(model: string): SimulatedModel {
  const [name = '', ...options] = model.split('~~');
  const match = NAME.exec(name);
  if (!match) throw unknownModel(model, 'It has echo, story-N, tool, fail-STATUS and embed.');

  const delays = { ttft: 0, gap: 0 };
  for (const option of options) {
    const [, key, value] = OPTION.exec(option) ?? [];
    if (!key || Number(value) > MAX_DELAY_MILLIS) {
      throw unknownModel(model, 'The options behind a name are ~~ttft=MILLIS and ~~gap=MILLIS, at most 60000.');
    }
    delays[key as keyof typeof delays] = Number(value);
  }
  return {
    name: `simulator/${model}`,
    kind: (match[1] ?? match[2] ?? match[4]) as SimulatedModel['kind'],
    number: Number(match[3] ?? match[5] ?? 0),
    ttftMillis: delays.ttft,
    gapMillis: delays.gap,
  };
}

function unknownModel(model: string, hint: string): Refusal {
  const shown = model.slice(0, 100);
  return new Refusal(404, 'model_not_found', `The simulator has no model '${shown}'. ${hint}`, 'model');
}
