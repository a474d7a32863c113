/** Values of one statement. What comes from a caller enters the SQL through here and in no other way. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value; answers its place: `$1::date`. */
  bind(value: unknown, type: 'text' | 'date' | 'uuid' | 'timestamptz' | 'integer'): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}
