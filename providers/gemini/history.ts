import type { Content } from '@google/genai';
import { NO_SIGNATURE } from '../../src/spec/chat/content-signature.ts';
import type { Message, Part, ToolResultPart } from '../../src/spec/chat/parts.ts';
import { modelParts } from './model-parts.ts';
import type { ModelFacts } from './models.ts';
import { missingResult, type OpenCall, resultPart } from './tool-results.ts';
import { type Place, placesOf, type SaidPart, saidPart, type WirePart } from './user-parts.ts';
import { ownExtra, type Warn } from './warn.ts';

const NO_RESULT = 'No result was given for this call.';

type Results = Map<OpenCall, { readonly result: ToolResultPart; readonly field: string }>;

/**
 * Builds a conversation by the rules of the API: it begins with the user, the turn after calls holds a result for each
 * of them and nothing else, and whatever the user says comes after that.
 */
export class History {
  readonly #contents: Content[] = [];
  readonly #facts: ModelFacts;
  readonly #warn: Warn;
  /** Calls of the model's last turn, with what has answered them. */
  #calls: OpenCall[] = [];
  #callsField = '';
  readonly #results: Results = new Map();
  /** What the user has said since. */
  #said: WirePart[] = [];

  constructor(facts: ModelFacts, warn: Warn) {
    this.#facts = facts;
    this.#warn = warn;
  }

  add(message: Message, field: string): void {
    if (message.name !== undefined && message.role !== 'tool') {
      this.#warn(`${field}.name`, 'dropped', 'Messages have no name here.');
    }
    for (const name of Object.keys(ownExtra(message.extra, field, this.#warn))) {
      this.#warn(`${field}.${name}`, 'dropped', 'Messages do not have this member.');
    }
    if (message.role === 'assistant') this.#model(message, field);
    else this.#user(message.parts, field);
  }

  close(): readonly Content[] {
    this.#endTurn();
    const last = this.#contents.at(-1);
    if (last?.role === 'model' && !this.#facts.prefill) {
      this.#warn('messages', 'emulated', "This model does not continue the assistant's words; it is asked to.");
      this.#push('user', [{ text: 'Continue.' }]);
    }
    if (this.#contents[0]?.role !== 'model') return this.#contents;
    this.#warn('messages', 'emulated', "A conversation begins with the user's words, so a placeholder stands first.");
    return [{ role: 'user', parts: [{ text: 'Begin.' }] }, ...this.#contents];
  }

  #model(message: Message, field: string): void {
    if (this.#said.length > 0 || this.#results.size > 0) this.#endTurn();
    const parts = modelParts(message, field, this.#warn);
    if (parts.length > 0 && parts.every(part => part.thought === true)) {
      this.#warn(field, 'dropped', 'A message of thoughts alone is not taken.');
      return;
    }
    if (parts.length === 0) return;
    this.#push('model', this.#facts.wantsSignatures ? signed(parts) : parts);
    const calls = message.parts.flatMap(part => (part.type === 'tool-call' ? [{ id: part.id, name: part.name }] : []));
    if (calls.length > 0) this.#callsField = field;
    this.#calls.push(...calls);
  }

  #user(parts: readonly Part[], field: string): void {
    const places = placesOf(parts, field);
    for (const [index, part] of parts.entries()) {
      if (part.type === 'tool-result') this.#result(part, field);
      else if (part.type === 'reasoning' || part.type === 'tool-call') {
        this.#warn(field, 'dropped', 'Only the assistant thinks and calls tools.');
      } else this.#say(part, places[index]!);
    }
  }

  #say(part: SaidPart, place: Place): void {
    const wire = saidPart(part, place, this.#warn);
    if (wire !== null) this.#said.push(wire);
  }

  #result(result: ToolResultPart, field: string): void {
    const call = this.#calls.find(each => each.id === result.callId && !this.#results.has(each));
    if (call !== undefined) {
      this.#results.set(call, { result, field });
      return;
    }
    this.#warn(`${field}.tool_call_id`, 'emulated', 'A result without its call just before is told as text.');
    this.#said.push({ text: `Result of tool call ${result.callId}:` });
    const places = placesOf(result.parts, field);
    for (const [index, part] of result.parts.entries()) this.#say(part, places[index]!);
  }

  /** Ends the turn that the user began, or had to begin since there are calls to answer. */
  #endTurn(): void {
    const beside: WirePart[] = [];
    const results = this.#calls.map(call => this.#answer(call, beside));
    if (results.length > 0) this.#contents.push({ role: 'user', parts: results });
    const said = [...beside, ...this.#said];
    if (said.length > 0) this.#contents.push({ role: 'user', parts: said });
    this.#calls = [];
    this.#results.clear();
    this.#said = [];
  }

  #answer(call: OpenCall, beside: WirePart[]): WirePart {
    const given = this.#results.get(call);
    if (given === undefined) {
      const why = `A tool call has no result; the model is told: ${NO_RESULT}`;
      this.#warn(`${this.#callsField}.tool_calls`, 'emulated', why);
      return missingResult(call, NO_RESULT);
    }
    const wire = resultPart(given.result, call, this.#facts, given.field, this.#warn);
    beside.push(...wire.beside);
    return wire.part;
  }

  #push(role: 'user' | 'model', parts: readonly WirePart[]): void {
    const last = this.#contents.at(-1);
    if (role === 'model' && last?.role === role) last.parts = [...(last.parts ?? []), ...parts];
    else this.#contents.push({ role, parts: [...parts] });
  }
}

/** The first call of a step bears the proof of the thought behind it. */
function signed(parts: readonly WirePart[]): readonly WirePart[] {
  const first = parts.findIndex(part => part.functionCall !== undefined);
  const call = parts[first];
  if (call === undefined || call.thoughtSignature !== undefined) return parts;
  return parts.with(first, { ...call, thoughtSignature: NO_SIGNATURE });
}
