import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A secret that no log, JSON or inspection shows. Unwrapped only where a provider request is authorized. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
